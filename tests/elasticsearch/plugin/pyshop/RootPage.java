package pyshop;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.apache.lucene.util.Version;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.ClusterName;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestRequest.Method;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.xcontent.XContentBuilder;

/** Answers {@code GET /}, which clients ask for the version of the server. */
final class RootPage extends BaseRestHandler {

  private final String clusterName;
  private final Supplier<DiscoveryNodes> nodes;

  RootPage(Settings settings, Supplier<DiscoveryNodes> nodes) {
    this.clusterName = ClusterName.CLUSTER_NAME_SETTING.get(settings).value();
    this.nodes = nodes;
  }

  @Override
  public String getName() {
    return "root_page";
  }

  @Override
  public List<Route> routes() {
    return List.of(new Route(Method.GET, "/"), new Route(Method.HEAD, "/"));
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
    return channel ->
        channel.sendResponse(new RestResponse(RestStatus.OK, page(channel.newBuilder())));
  }

  private XContentBuilder page(XContentBuilder builder) throws IOException {
    Build build = Build.current();
    return builder
        .startObject()
        .field("name", nodes.get().getLocalNode().getName())
        .field("cluster_name", clusterName)
        .startObject("version")
        .field("number", build.version())
        .field("build_flavor", build.flavor())
        .field("build_type", build.type().displayName())
        .field("build_hash", build.hash())
        .field("build_date", build.date())
        .field("build_snapshot", build.isSnapshot())
        .field("lucene_version", Version.LATEST.toString())
        .field("minimum_wire_compatibility_version", build.minWireCompatVersion())
        .field("minimum_index_compatibility_version", build.minIndexCompatVersion())
        .endObject()
        .field("tagline", "You Know, for Search")
        .endObject();
  }
}
