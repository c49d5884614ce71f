package pyshop;

import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.elasticsearch.common.settings.Settings;

/** Cut tokens into the runs of characters that they begin with or contain. */
final class Ngrams {

  private Ngrams() {}

  static UnaryOperator<TokenStream> atEdge(Settings settings) {
    int shortest = settings.getAsInt("min_gram", 1);
    int longest = settings.getAsInt("max_gram", 2);
    boolean preserveOriginal = settings.getAsBoolean("preserve_original", false);
    return input -> new EdgeNGramTokenFilter(input, shortest, longest, preserveOriginal);
  }

  static UnaryOperator<TokenStream> anywhere(Settings settings, int largestDifference) {
    int shortest = settings.getAsInt("min_gram", 1);
    int longest = settings.getAsInt("max_gram", 2);
    if (longest - shortest > largestDifference) {
      throw new IllegalArgumentException(
          "max_gram may exceed min_gram by " + largestDifference + " (index.max_ngram_diff)");
    }
    boolean preserveOriginal = settings.getAsBoolean("preserve_original", false);
    return input -> new NGramTokenFilter(input, shortest, longest, preserveOriginal);
  }
}
