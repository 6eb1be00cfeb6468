package dev.reconciler.desired;

import com.google.common.collect.ImmutableSortedMap;
import dev.reconciler.api.DefaultsManifest;
import dev.reconciler.api.Manifest;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What the fields of a manifest mean, in `kubectl explain`'s form.
public final class Explain {
    private static final int WIDTH = 80;
    private static final Map<String, Shape.Fields> RESOURCES =
            Map.of("agent", Shape.MANIFEST, "agents", Shape.MANIFEST, "defaults", Shape.DEFAULTS);

    /// Every path below the resource, such as `spec.backoff`.
    private static final SortedMap<String, Shape.Field> PATHS = paths();

    private final Shape.Fields root;

    private Explain(Shape.Fields root) {
        this.root = root;
    }

    /// The answer, or why there is none.
    public sealed interface Answer {
        record Found(String text) implements Answer {}

        /// @param message for stderr, one line
        record NotFound(String message) implements Answer {}
    }

    /// @param path such as `agent` or `agent.spec.backoff`
    public static Answer of(String path) {
        var parts = Arrays.asList(path.split("\\.", -1));
        var resource = parts.getFirst().toLowerCase(Locale.ROOT);
        var root = RESOURCES.get(resource);
        if (root == null) {
            return new Answer.NotFound("error: the server doesn't have a resource type " + Wording.quote(resource)
                    + Wording.didYouMean(resource, List.of("agent", "defaults")));
        }
        Shape.Fields parent = root;
        Shape.@Nullable Field field = null;
        for (var part : parts.subList(1, parts.size())) {
            field = parent == null ? null : parent.fields().get(part);
            if (field == null) {
                var fields = parent == null ? Set.<String>of() : parent.fields().keySet();
                return new Answer.NotFound("error: field " + Wording.quote(part) + " does not exist in "
                        + Wording.quote(path) + didYouMean(part, fields));
            }
            parent = fields(field.shape());
        }
        return new Answer.Found(new Explain(root).text(field, parent));
    }

    /// The path of the one field of that name, or of the one that lies highest; null when there is none.
    private static @Nullable String find(String name) {
        var found = PATHS.keySet()
                .stream()
                .filter(path -> path.substring(path.lastIndexOf('.') + 1).equals(name))
                .sorted(Comparator.comparingLong(Explain::depth))
                .limit(2)
                .toList();
        boolean one = found.size() == 1 || found.size() == 2 && depth(found.get(0)) < depth(found.get(1));
        return one ? found.getFirst() : null;
    }

    private static long depth(String path) {
        return path.chars().filter(c -> c == '.').count();
    }

    /// A field of that name nearby, else anywhere; empty without one.
    static String didYouMean(String name, Collection<String> fields) {
        var nearby = Wording.didYouMean(name, fields);
        var elsewhere = nearby.isEmpty() ? find(name) : null;
        return elsewhere == null ? nearby : "; did you mean \"" + elsewhere + "\"?";
    }

    /// What lies below a field; null when it is a leaf.
    private static Shape.@Nullable Fields fields(Shape shape) {
        return switch (shape) {
            case Shape.Fields fields -> fields;
            case Shape.Items(Shape item) -> fields(item);
            case Shape.Text _,Shape.Texts _,Shape.Truth _,Shape.Whole _,Shape.Bytes _,Shape.Cores _,Shape.Choice _ ->
                    null;
        };
    }

    private String text(Shape.@Nullable Field field, Shape.@Nullable Fields below) {
        var out = new StringBuilder();
        out.append("KIND:     ").append(isDefaults() ? DefaultsManifest.KIND : Manifest.KIND).append('\n');
        out.append("VERSION:  ").append(Manifest.API_VERSION).append('\n');
        if (field != null) {
            out.append(below == null ? "\nFIELD:    " : "\nRESOURCE: ").append(title(field)).append('\n');
        }
        out.append("\nDESCRIPTION:\n");
        wrap(out, field == null ? root.doc() : describe(field));
        if (field != null && below != null && !below.doc().equals(field.doc().value())) {
            wrap(out, below.doc());
        }
        if (below != null) {
            out.append("\nFIELDS:\n");
            below.fields().values().forEach(f -> {
                out.append("   ").append(f.name()).append('\t').append(type(f)).append('\n');
                wrap(out, describe(f));
                out.append('\n');
            });
        }
        return out.toString().stripTrailing() + "\n";
    }

    private String title(Shape.Field field) {
        return field.name() + " " + type(field);
    }

    private boolean isDefaults() {
        return root == Shape.DEFAULTS;
    }

    private String type(Shape.Field field) {
        boolean must = field.doc().required() && (!isDefaults() || root.fields().containsValue(field));
        return "<" + field.shape().type() + ">" + (must ? " -required-" : "");
    }

    private static String describe(Shape.Field field) {
        var def = field.doc().def();
        return field.doc().value()
                + values(field.shape())
                + (def.isEmpty() || def.equals("{}") || def.equals("[]") ? ""
                        : " Default: " + def.replace("\"", "") + ".");
    }

    private static String values(Shape shape) {
        return switch (shape) {
            case Shape.Choice(List<String> values) -> " One of " + String.join(", ", values) + ".";
            case Shape.Whole(long min, long max) -> range(min, max);
            case Shape.Cores(long min, long max) -> " From " + min + "m to " + max / 1000 + ".";
            case Shape.Bytes(long min, long max) -> range(min, max) + " Written as 65536, 512Ki, 10Mi, 1G.";
            case Shape.Items(Shape item) -> values(item);
            case Shape.Text _,Shape.Texts _,Shape.Truth _,Shape.Fields _ -> "";
        };
    }

    private static String range(long min, long max) {
        return min == Long.MIN_VALUE ? "" : " From " + min + " to " + max + ".";
    }

    private static void wrap(StringBuilder out, String text) {
        int column = 0;
        for (var word : text.split(" ")) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                out.append('\n');
                column = 0;
            }
            out.append(column == 0 ? "     " : " ").append(word);
            column += (column == 0 ? 5 : 1) + word.length();
        }
        out.append('\n');
    }

    private static SortedMap<String, Shape.Field> paths() {
        var paths = ImmutableSortedMap.<String, Shape.Field>naturalOrder();
        collect("", Shape.MANIFEST, paths);
        return paths.build();
    }

    private static void collect(
            String prefix, Shape.Fields fields, ImmutableSortedMap.Builder<String, Shape.Field> paths) {
        for (var field : fields.fields().values()) {
            var path = prefix + field.name();
            paths.put(path, field);
            var below = fields(field.shape());
            if (below != null) {
                collect(path + ".", below, paths);
            }
        }
    }
}
