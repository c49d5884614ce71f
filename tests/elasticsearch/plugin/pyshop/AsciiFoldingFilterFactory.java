package pyshop;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;

/**
 * Folds letters with marks into their ASCII letters.
 *
 * <p>Normalizers and synonym rules need one token for one, so the original is left out for them.
 */
final class AsciiFoldingFilterFactory extends AbstractTokenFilterFactory
    implements NormalizingTokenFilterFactory {

  private final Settings settings;
  private final boolean preserveOriginal;

  AsciiFoldingFilterFactory(
      IndexSettings index, Environment environment, String name, Settings settings) {
    super(name, settings);
    this.settings = settings;
    this.preserveOriginal = settings.getAsBoolean("preserve_original", false);
  }

  @Override
  public TokenStream create(TokenStream input) {
    return new ASCIIFoldingFilter(input, preserveOriginal);
  }

  @Override
  public TokenStream normalize(TokenStream input) {
    return new ASCIIFoldingFilter(input);
  }

  @Override
  public TokenFilterFactory getSynonymFilter() {
    return new NormalizingFilterFactory(name(), settings, ASCIIFoldingFilter::new);
  }
}
