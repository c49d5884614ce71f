package pyshop;

import org.apache.lucene.analysis.synonym.SynonymMap;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.TokenFilterFactory;

/** A synonym filter whose rules were read for the analyzer that it stands in. */
final class ReadSynonymsFilterFactory extends PlainFilterFactory {

  ReadSynonymsFilterFactory(
      String name, Settings settings, SynonymFilterFactory.Expansion expansion, SynonymMap map) {
    // A map without rules has no automaton, which Lucene's filters do not accept.
    super(name, settings, input -> map.fst == null ? input : expansion.apply(input, map));
  }

  /** The rules of a later synonym filter are not expanded by this one's. */
  @Override
  public TokenFilterFactory getSynonymFilter() {
    return IDENTITY_FILTER;
  }
}
