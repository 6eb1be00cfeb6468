package dev.reconciler.desired;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What is written nearer over what is written farther, as a strategic merge does it: objects field by field, maps by
/// key, lists with a key ([dev.reconciler.api.Doc#key]) by that; every other list is taken whole, `null` leaves a field
/// unset, and one of several ways ([dev.reconciler.api.Doc#way]) stands for all of them.
final class Merge {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// The part of a manifest that Defaults can give, in the agent's shape.
    private static final List<String> GIVEN = List.of("metadata", "spec");

    private final List<Clash> clashes = new ArrayList<>();

    /// A nearer value that stands for a farther one.
    ///
    /// @param near path of the nearer
    /// @param far path of the farther: the same, or that of another way
    record Clash(String near, String far) {}

    /// @param tree with the nulls of the nearer
    /// @param clashes in no order
    record Merged(ObjectNode tree, List<Clash> clashes) {
        /// Whether a value of the farther, at `path`, is in it.
        boolean took(String path) {
            return clashes.stream().noneMatch(clash -> isIn(path, clash.far()));
        }
    }

    /// Takes one value.
    @FunctionalInterface
    interface Leaf {
        /// @param path elements of keyed lists and maps by key: `spec.env[TOKEN]`
        /// @param at the same, elements of lists by number: `spec.env[2]`
        void take(String path, String at, JsonNode value);
    }

    private Merge() {}

    /// Both `metadata` and `spec` of a document, or a whole one; what else is in `far` does not count.
    static Merged of(ObjectNode near, ObjectNode far) {
        var merge = new Merge();
        var fields = new TreeMap<String, JsonNode>();
        near.forEachEntry(fields::put);
        for (var part : GIVEN) {
            var merged = merge.merge(near.get(part), far.get(part), part(part), "", part);
            if (merged != null) {
                fields.put(part, merged);
            }
        }
        return new Merged(JSON.objectNode().setAll(fields), List.copyOf(merge.clashes));
    }

    /// Whether Defaults may give what is missing in the object at `path`: in `spec`, but not within the elements of a
    /// list.
    static boolean isOpen(String path) {
        return (path.equals("spec") || path.startsWith("spec.")) && !path.contains("[");
    }

    /// Whether `path` is `of` or lies in it.
    static boolean isIn(String path, String of) {
        return path.startsWith(of)
                && (path.length() == of.length() || path.charAt(of.length()) == '.' || path.charAt(of.length()) == '[');
    }

    private @Nullable JsonNode merge(
            @Nullable JsonNode near, @Nullable JsonNode far, Shape shape, String key, String path) {
        if (near == null || far == null) {
            return near == null ? far : near;
        }
        return switch (shape) {
            case Shape.Fields fields when near instanceof ObjectNode n && far instanceof ObjectNode f ->
                    fields(n, f, fields, path);
            case Shape.Texts _ when near instanceof ObjectNode n && far instanceof ObjectNode f -> texts(n, f, path);
            case Shape.Items _ when !key.isEmpty() && near.isArray() && far.isArray() -> items(near, far, key, path);
            case Shape.Fields _,Shape.Texts _,Shape.Items _,Shape.Text _,Shape.Truth _,Shape.Whole _,Shape.Bytes _,Shape.Cores _,Shape.Choice _ -> {
                clashes.add(new Clash(path, path));
                yield near;
            }
        };
    }

    private JsonNode fields(ObjectNode near, ObjectNode far, Shape.Fields shape, String path) {
        var ways = new HashMap<String, String>();
        for (var field : shape.fields().values()) {
            if (!field.doc().way().isEmpty() && near.hasNonNull(field.name())) {
                ways.put(field.doc().way(), field.name());
            }
        }
        var merged = new TreeMap<String, JsonNode>();
        near.forEachEntry(merged::put);
        for (var field : shape.fields().values()) {
            var name = field.name();
            var way = ways.get(field.doc().way());
            if (far.has(name) && way != null && !near.hasNonNull(name)) {
                clashes.add(new Clash(path + "." + way, path + "." + name));
                continue;
            }
            var value = merge(near.get(name), far.get(name), field.shape(), field.doc().key(), path + "." + name);
            if (value != null) {
                merged.put(name, value);
            }
        }
        return JSON.objectNode().setAll(merged);
    }

    private JsonNode texts(ObjectNode near, ObjectNode far, String path) {
        var merged = new TreeMap<String, JsonNode>();
        far.forEachEntry(merged::put);
        near.forEachEntry((key, value) -> {
            if (merged.put(key, value) != null) {
                var entry = path + "[" + Wording.key(key) + "]";
                clashes.add(new Clash(entry, entry));
            }
        });
        return JSON.objectNode().setAll(merged);
    }

    /// The nearer ones first, so that they keep their numbers.
    private JsonNode items(JsonNode near, JsonNode far, String key, String path) {
        var merged = JSON.arrayNode();
        var there = new HashSet<String>();
        for (var item : near) {
            merged.add(item);
            there.add(item.path(key).asString(""));
        }
        for (var item : far) {
            var name = item.path(key).asString("");
            if (there.contains(name)) {
                var entry = path + "[" + Wording.key(name) + "]";
                clashes.add(new Clash(entry, entry));
            } else {
                merged.add(item);
            }
        }
        return merged;
    }

    /// Every value in `metadata` and `spec`, objects and keyed lists taken apart; an empty one is a value
    /// where being there means something.
    static void leaves(ObjectNode tree, Leaf leaf) {
        for (var part : GIVEN) {
            var node = tree.get(part);
            if (node != null) {
                leaves(node, part(part), "", part, part, leaf);
            }
        }
    }

    private static void leaves(JsonNode node, Shape shape, String key, String path, String at, Leaf leaf) {
        if (node.isEmpty()) {
            if (!GIVEN.contains(path) && !(shape instanceof Shape.Texts)) {
                leaf.take(path, at, node);
            }
        } else if (shape instanceof Shape.Fields(_, var fields) && node instanceof ObjectNode object) {
            object.forEachEntry((name, value) -> {
                var field = fields.get(name);
                if (field != null) {
                    leaves(value, field.shape(), field.doc().key(), path + "." + name, at + "." + name, leaf);
                }
            });
        } else if (shape instanceof Shape.Texts && node instanceof ObjectNode object) {
            object.forEachEntry((name, value) -> {
                var entry = "[" + Wording.key(name) + "]";
                leaf.take(path + entry, at + entry, value);
            });
        } else if (!key.isEmpty() && node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                var name = node.get(i).path(key).asString("");
                leaf.take(path + "[" + Wording.key(name) + "]", at + "[" + i + "]", node.get(i));
            }
        } else {
            leaf.take(path, at, node);
        }
    }

    /// What of `tree` is in `wanted`, by path; null: nothing.
    static ObjectNode only(ObjectNode tree, Predicate<String> wanted) {
        var some = new TreeMap<String, JsonNode>();
        for (var part : GIVEN) {
            var node = tree.get(part);
            var kept = node == null ? null : only(node, part(part), "", part, wanted);
            if (kept != null) {
                some.put(part, kept);
            }
        }
        return JSON.objectNode().setAll(some);
    }

    private static @Nullable JsonNode only(
            JsonNode node, Shape shape, String key, String path, Predicate<String> wanted) {
        if (node.isEmpty()) {
            return wanted.test(path) ? node : null;
        }
        if (node instanceof ObjectNode object && (shape instanceof Shape.Fields || shape instanceof Shape.Texts)) {
            var some = new TreeMap<String, JsonNode>();
            object.forEachEntry((name, value) -> {
                var field = shape instanceof Shape.Fields(_, var fields) ? fields.get(name) : null;
                var kept = field != null
                        ? only(value, field.shape(), field.doc().key(), path + "." + name, wanted)
                        : wanted.test(path + "[" + Wording.key(name) + "]") ? value
                        : null;
                if (kept != null) {
                    some.put(name, kept);
                }
            });
            return some.isEmpty() ? null : JSON.objectNode().setAll(some);
        }
        if (!key.isEmpty() && node.isArray()) {
            var some = JSON.arrayNode();
            for (var item : node) {
                if (wanted.test(path + "[" + Wording.key(item.path(key).asString("")) + "]")) {
                    some.add(item);
                }
            }
            return some.isEmpty() ? null : some;
        }
        return wanted.test(path) ? node : null;
    }

    /// The same without the fields that are null.
    static ObjectNode strip(ObjectNode tree) {
        return strip(tree, "", _ -> false);
    }

    /// What is written, with the nulls that stand for something that is given: without those it says less, all others
    /// say nothing.
    static ObjectNode own(ObjectNode written, Merged merged) {
        return strip(written, "", path -> merged.clashes.stream().anyMatch(clash -> clash.near().equals(path)));
    }

    private static ObjectNode strip(ObjectNode tree, String prefix, Predicate<String> kept) {
        var fields = new TreeMap<String, JsonNode>();
        tree.forEachEntry((name, value) -> {
            var path = prefix + name;
            if (!value.isNull() || kept.test(path)) {
                fields.put(name, value instanceof ObjectNode object ? strip(object, path + ".", kept) : value);
            }
        });
        return JSON.objectNode().setAll(fields);
    }

    /// Every field that has to be there is, now that Defaults are merged in.
    static void checkRequired(JsonNode object, Shape.Fields shape, String path, Findings findings) {
        for (var field : shape.fields().values()) {
            var below = path + "." + field.name();
            var value = object.get(field.name());
            if (value == null && field.doc().required()) {
                findings.stillLacks(path, below);
            } else if (value instanceof ObjectNode && field.shape() instanceof Shape.Fields fields) {
                checkRequired(value, fields, below, findings);
            }
        }
    }

    private static Shape part(String part) {
        return part.equals("spec") ? Shape.SPEC : METADATA;
    }

    private static final Shape METADATA = shape();

    private static Shape shape() {
        var metadata = Shape.MANIFEST.fields().get("metadata");
        if (metadata == null) {
            throw new IllegalStateException("no metadata");
        }
        return metadata.shape();
    }

    static Set<String> paths(Map<String, ?> values, Merged merged) {
        var paths = new HashSet<String>();
        values.keySet().stream().filter(merged::took).forEach(paths::add);
        return paths;
    }
}
