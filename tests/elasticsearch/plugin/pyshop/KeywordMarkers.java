package pyshop;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.PatternKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.SetKeywordMarkerFilter;
import org.elasticsearch.common.settings.Settings;

/** Marks the words that stemmers leave as they are, which a list or a pattern names. */
final class KeywordMarkers {

  private KeywordMarkers() {}

  static UnaryOperator<TokenStream> of(Settings settings) {
    List<String> keywords = settings.getAsList("keywords", null);
    String pattern = settings.get("keywords_pattern");
    if ((keywords == null) == (pattern == null)) {
      throw new IllegalArgumentException(
          "keyword_marker requires either [keywords] or [keywords_pattern]");
    }
    if (keywords == null) {
      Pattern compiled = Pattern.compile(pattern);
      return input -> new PatternKeywordMarkerFilter(input, compiled);
    }
    CharArraySet words = new CharArraySet(keywords, settings.getAsBoolean("ignore_case", false));
    return input -> new SetKeywordMarkerFilter(input, words);
  }
}
