import java.awt.Color;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.gephi.graph.api.Edge;
import org.gephi.graph.api.Graph;
import org.gephi.graph.api.GraphController;
import org.gephi.graph.api.Node;
import org.gephi.io.importer.api.Container;
import org.gephi.io.importer.api.ImportController;
import org.gephi.io.processor.plugin.DefaultProcessor;
import org.gephi.project.api.ProjectController;
import org.openide.util.Lookup;

/**
 * Prints a graph as Gephi's toolkit reads it, for graphs.py: `java -cp gephi-toolkit.jar ReadWithGephi.java FILE`.
 *
 * A line a node (node, key, community, degree, red, green, blue, size, external id) and a line an edge (edge, source, target, weight),
 * tabs between.
 */
public final class ReadWithGephi {
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    ProjectController projects = Lookup.getDefault().lookup(ProjectController.class);
    projects.newProject();
    ImportController importer = Lookup.getDefault().lookup(ImportController.class);
    Container container = importer.importFile(new File(arguments[0]));
    container.getLoader().setAutoScale(false); // it would bring sizes into a range of its own
    importer.process(container, new DefaultProcessor(), projects.getCurrentWorkspace());
    Graph graph = Lookup.getDefault().lookup(GraphController.class).getGraphModel().getGraph();
    for (Node node : graph.getNodes().toArray()) {
      Color color = node.getColor();
      Object[] cells = {
        "node", node.getId(), attribute(node, "community"), attribute(node, "degree"),
        color.getRed(), color.getGreen(), color.getBlue(), node.size(), attribute(node, "externalId"),
      };
      out.println(joined(cells));
    }
    for (Edge edge : graph.getEdges().toArray()) {
      out.println(joined(new Object[] {"edge", edge.getSource().getId(), edge.getTarget().getId(), edge.getWeight()}));
    }
    out.flush();
    System.exit(0); // its threads would go on
  }

  /** Columns by the id that the file gives them, or by their title. */
  private static Object attribute(Node node, String name) {
    for (String column : node.getAttributeKeys()) {
      if (column.equalsIgnoreCase(name)) return node.getAttribute(column);
    }
    return null;
  }

  private static String joined(Object[] cells) {
    StringBuilder line = new StringBuilder();
    for (Object cell : cells) line.append(line.length() == 0 ? "" : "\t").append(cell);
    return line.toString();
  }
}
