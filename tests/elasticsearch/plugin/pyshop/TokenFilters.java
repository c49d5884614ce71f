package pyshop;

import static org.elasticsearch.plugins.AnalysisPlugin.requiresAnalysisSettings;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.synonym.SynonymFilter;
import org.apache.lucene.analysis.synonym.SynonymGraphFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** The token filters, under the names and with the parameters of a full Elasticsearch. */
final class TokenFilters {

  private TokenFilters() {}

  @SuppressWarnings("deprecation") // The standard "synonym" is still the filter that is no graph.
  static Map<String, AnalysisProvider<TokenFilterFactory>> providers() {
    Map<String, AnalysisProvider<TokenFilterFactory>> providers = new HashMap<>();
    providers.put("lowercase", normalizing(LowerCaseFilter::new));
    providers.put("trim", normalizing(TrimFilter::new));
    providers.put(
        "asciifolding", Parameters.only(AsciiFoldingFilterFactory::new, "preserve_original"));
    providers.put("unique", plain(TokenFilters::unique, "only_on_same_position"));
    providers.put("flatten_graph", plain(settings -> FlattenGraphFilter::new));
    providers.put("porter_stem", plain(settings -> PorterStemFilter::new));
    providers.put("stemmer", plain(Stemmers::named, "language", "name"));
    providers.put(
        "keyword_marker",
        requiresAnalysisSettings(
            plain(KeywordMarkers::of, "keywords", "keywords_pattern", "ignore_case")));
    providers.put(
        "edge_ngram", cutting(Ngrams::atEdge, "min_gram", "max_gram", "preserve_original"));
    providers.put(
        "ngram", Parameters.only(TokenFilters::ngram, "min_gram", "max_gram", "preserve_original"));
    providers.put("word_delimiter_graph", cutting(WordDelimiters::of, WordDelimiters.parameters()));
    providers.put(
        "synonym", synonyms((input, synonyms) -> new SynonymFilter(input, synonyms, false)));
    providers.put(
        "synonym_graph",
        synonyms((input, synonyms) -> new SynonymGraphFilter(input, synonyms, false)));
    return providers;
  }

  private static AnalysisProvider<TokenFilterFactory> normalizing(
      UnaryOperator<TokenStream> filter) {
    return Parameters.only(
        (index, environment, name, settings) ->
            new NormalizingFilterFactory(name, settings, filter));
  }

  private static AnalysisProvider<TokenFilterFactory> plain(
      Function<Settings, UnaryOperator<TokenStream>> filter, String... parameters) {
    return Parameters.only(
        (index, environment, name, settings) ->
            new PlainFilterFactory(name, settings, filter.apply(settings)),
        parameters);
  }

  private static AnalysisProvider<TokenFilterFactory> cutting(
      Function<Settings, UnaryOperator<TokenStream>> filter, String... parameters) {
    return Parameters.only(
        (index, environment, name, settings) ->
            new CuttingFilterFactory(name, settings, filter.apply(settings)),
        parameters);
  }

  private static AnalysisProvider<TokenFilterFactory> synonyms(
      SynonymFilterFactory.Expansion expansion) {
    return requiresAnalysisSettings(
        Parameters.only(
            (index, environment, name, settings) ->
                new SynonymFilterFactory(name, settings, expansion),
            "synonyms",
            "expand",
            "lenient"));
  }

  private static TokenFilterFactory ngram(
      IndexSettings index, Environment environment, String name, Settings settings) {
    return new CuttingFilterFactory(
        name, settings, Ngrams.anywhere(settings, index.getMaxNgramDiff()));
  }

  private static UnaryOperator<TokenStream> unique(Settings settings) {
    boolean samePosition = settings.getAsBoolean("only_on_same_position", false);
    return input -> new UniqueTokenFilter(input, samePosition);
  }
}
