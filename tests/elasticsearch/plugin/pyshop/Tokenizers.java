package pyshop;

import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenizer;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** The tokenizers, under the names and with the parameters of a full Elasticsearch. */
final class Tokenizers {

  private Tokenizers() {}

  static Map<String, AnalysisProvider<TokenizerFactory>> providers() {
    return Map.of(
        "keyword",
        plain(KeywordTokenizer::new),
        "whitespace",
        plain(WhitespaceTokenizer::new),
        "edge_ngram",
        Parameters.only(
            (index, environment, name, settings) ->
                TokenizerFactory.newFactory(name, edgeNgram(settings)),
            "min_gram",
            "max_gram",
            "token_chars"));
  }

  private static AnalysisProvider<TokenizerFactory> plain(Supplier<Tokenizer> tokenizer) {
    return Parameters.only(
        (index, environment, name, settings) -> TokenizerFactory.newFactory(name, tokenizer));
  }

  private static Supplier<Tokenizer> edgeNgram(Settings settings) {
    int shortest = settings.getAsInt("min_gram", 1);
    int longest = settings.getAsInt("max_gram", 2);
    IntPredicate kept = TokenCharacters.of(settings.getAsList("token_chars"));
    return () ->
        new EdgeNGramTokenizer(shortest, longest) {
          @Override
          protected boolean isTokenChar(int character) {
            return kept.test(character);
          }
        };
  }
}
