package pyshop;

import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.TokenStream;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.TokenFilterFactory;

/** Makes a filter available that cuts tokens into parts, which synonym rules cannot go through. */
final class CuttingFilterFactory extends PlainFilterFactory {

  CuttingFilterFactory(String name, Settings settings, UnaryOperator<TokenStream> filter) {
    super(name, settings, filter);
  }

  @Override
  public TokenFilterFactory getSynonymFilter() {
    throw new IllegalArgumentException(
        "Token filter [" + name() + "] cannot be used to parse synonyms");
  }
}
