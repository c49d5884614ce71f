package pyshop;

import java.util.Set;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** Guards the parameters of a component. */
final class Parameters {

  /** Settings that Elasticsearch itself adds to those of a component. */
  private static final Set<String> ALWAYS = Set.of("type", "index");

  private Parameters() {}

  /**
   * Refuses the parameters that a component does not take here: a full Elasticsearch may know them,
   * so ignoring one would let a test pass on another analysis than the one that is deployed.
   */
  static <T> AnalysisProvider<T> only(AnalysisProvider<T> provider, String... names) {
    Set<String> taken = Set.of(names);
    return (index, environment, component, settings) -> {
      check(component, settings, taken);
      return provider.get(index, environment, component, settings);
    };
  }

  private static void check(String component, Settings settings, Set<String> taken) {
    for (String name : settings.names()) {
      if (!taken.contains(name) && !ALWAYS.contains(name)) {
        throw new IllegalArgumentException(
            "[" + component + "] cannot take [" + name + "] in this reduced distribution");
      }
    }
  }
}
