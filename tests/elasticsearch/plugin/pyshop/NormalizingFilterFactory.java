package pyshop;

import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.TokenStream;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;

/** Makes a filter of single characters available to normalizers too, which keyword fields use. */
final class NormalizingFilterFactory extends PlainFilterFactory
    implements NormalizingTokenFilterFactory {

  NormalizingFilterFactory(String name, Settings settings, UnaryOperator<TokenStream> filter) {
    super(name, settings, filter);
  }
}
