package pyshop;

import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.elasticsearch.common.settings.Settings;
import org.tartarus.snowball.ext.EnglishStemmer;

/** The stemmers of English; another language is refused rather than stemmed in some other way. */
final class Stemmers {

  private Stemmers() {}

  static UnaryOperator<TokenStream> named(Settings settings) {
    String language = settings.get("language", settings.get("name", "porter"));
    return switch (language.toLowerCase(Locale.ROOT)) {
      case "english", "porter" -> PorterStemFilter::new;
      case "porter2" -> input -> new SnowballFilter(input, new EnglishStemmer());
      case "light_english", "kstem" -> KStemFilter::new;
      case "minimal_english" -> EnglishMinimalStemFilter::new;
      case "possessive_english" -> EnglishPossessiveFilter::new;
      default ->
          throw new IllegalArgumentException(
              "no stemmer for [" + language + "] in this reduced distribution");
    };
  }
}
