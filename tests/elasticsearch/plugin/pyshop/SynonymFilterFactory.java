package pyshop;

import java.io.IOException;
import java.io.StringReader;
import java.text.ParseException;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.synonym.SynonymMap;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.IndexService.IndexCreationContext;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.CustomAnalyzer;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;

/**
 * Reads synonym rules in Solr's format, as the analyzer that the filter stands in will see them:
 * through its tokenizer and the filters before this one.
 */
final class SynonymFilterFactory extends AbstractTokenFilterFactory {

  /** Adds the synonyms to a stream: as a graph, or one beside the other. */
  interface Expansion {
    TokenStream apply(TokenStream input, SynonymMap synonyms);
  }

  private final Settings settings;
  private final Expansion expansion;

  SynonymFilterFactory(String name, Settings settings, Expansion expansion) {
    super(name, settings);
    this.settings = settings;
    this.expansion = expansion;
    if (!settings.hasValue("synonyms")) {
      throw new IllegalArgumentException("[" + name + "] requires [synonyms]");
    }
  }

  @Override
  public TokenStream create(TokenStream input) {
    throw new IllegalStateException("the rules are read for one analyzer at a time");
  }

  @Override
  public TokenFilterFactory getChainAwareTokenFilterFactory(
      IndexCreationContext context,
      TokenizerFactory tokenizer,
      List<CharFilterFactory> charFilters,
      List<TokenFilterFactory> filtersBefore,
      Function<String, TokenFilterFactory> allFilters) {
    return new ReadSynonymsFilterFactory(
        name(), settings, expansion, read(analyzer(tokenizer, charFilters, filtersBefore)));
  }

  private static Analyzer analyzer(
      TokenizerFactory tokenizer,
      List<CharFilterFactory> charFilters,
      List<TokenFilterFactory> filters) {
    return new CustomAnalyzer(
        tokenizer,
        charFilters.toArray(CharFilterFactory[]::new),
        filters.stream()
            .map(TokenFilterFactory::getSynonymFilter)
            .toArray(TokenFilterFactory[]::new));
  }

  private SynonymMap read(Analyzer analyzer) {
    String rules = String.join("\n", settings.getAsList("synonyms"));
    SynonymRules parser =
        new SynonymRules(
            analyzer,
            settings.getAsBoolean("expand", true),
            settings.getAsBoolean("lenient", false));
    try {
      parser.parse(new StringReader(rules));
      return parser.build();
    } catch (IOException | ParseException | IllegalArgumentException error) {
      throw new IllegalArgumentException("failed to build synonyms of [" + name() + "]", error);
    }
  }
}
