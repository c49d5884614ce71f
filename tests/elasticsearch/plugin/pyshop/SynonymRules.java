package pyshop;

import java.io.IOException;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.synonym.SolrSynonymParser;
import org.apache.lucene.util.CharsRef;
import org.apache.lucene.util.CharsRefBuilder;

/** Solr's format of synonym rules, of which a lenient reader skips the terms that do not work. */
final class SynonymRules extends SolrSynonymParser {

  private final boolean lenient;

  SynonymRules(Analyzer analyzer, boolean expand, boolean lenient) {
    super(true, expand, analyzer);
    this.lenient = lenient;
  }

  @Override
  public CharsRef analyze(String text, CharsRefBuilder reuse) throws IOException {
    try {
      return super.analyze(text, reuse);
    } catch (IllegalArgumentException error) {
      if (lenient) {
        return new CharsRef();
      }
      throw error;
    }
  }

  /** Leaves out the rules of a term that was skipped. */
  @Override
  public void add(CharsRef input, CharsRef output, boolean includeOriginal) {
    if (input.length > 0 && output.length > 0) {
      super.add(input, output, includeOriginal);
    }
  }
}
