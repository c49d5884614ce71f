package pyshop;

import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.TokenStream;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;

/** Makes a Lucene filter available to analyzers. */
class PlainFilterFactory extends AbstractTokenFilterFactory {

  private final UnaryOperator<TokenStream> filter;

  PlainFilterFactory(String name, Settings settings, UnaryOperator<TokenStream> filter) {
    super(name, settings);
    this.filter = filter;
  }

  @Override
  public TokenStream create(TokenStream input) {
    return filter.apply(input);
  }
}
