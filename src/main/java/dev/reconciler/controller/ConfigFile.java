package dev.reconciler.controller;

import dev.reconciler.desired.Models;
import dev.reconciler.desired.Quantity;
import dev.reconciler.host.CommitSource;
import dev.reconciler.plan.Ghosts;
import dev.reconciler.recording.Kept;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// `config.yaml`, checked: an unknown key is an error, not a wish that is silently ignored.
record ConfigFile(
        Directories.Given directories, boolean allowEmpty, int holdDownSeconds, Models models, Ghosts ghosts,
        @Nullable CommitSource commits, Kept recording) {
    static final ConfigFile EMPTY = new ConfigFile(
            Directories.Given.NOTHING, false, Settings.DEFAULT_HOLD_DOWN, Models.ANY, Ghosts.DEFAULT, null,
            Kept.DEFAULT);

    private static final int HOLD_DOWN_MAX = 3600;
    /// A year.
    private static final int HOURS_MAX = 8760;
    private static final long BYTES_MIN = 1 << 20;
    private static final long BYTES_MAX = 1L << 40;

    /// @throws Access.Refusal with every error, a line each, `file:line:column: key: what`
    static ConfigFile parse(Path file, String text) throws Access.Refusal {
        var errors = new TreeSet<Problem>();
        var root = compose(file, text, errors);
        var keys = new Keys(errors);
        String manifests = null;
        String state = null;
        String runtime = null;
        boolean allowEmpty = false;
        int holdDownSeconds = Settings.DEFAULT_HOLD_DOWN;
        var models = Models.ANY;
        var ghosts = Ghosts.DEFAULT;
        var recording = Kept.DEFAULT;
        var source = new SourceKeys(keys, file);
        for (var entry : keys.of(root, "",
                List.of("manifests", "state", "runtime", "source", "holdDownSeconds", "models", "ghosts",
                        "recording"))) {
            switch (entry.key) {
                case "manifests" -> manifests = keys.text(entry);
                case "state" -> state = keys.text(entry);
                case "runtime" -> runtime = keys.text(entry);
                case "models" -> models = keys.models(entry);
                case "holdDownSeconds" -> holdDownSeconds = keys.number(entry, HOLD_DOWN_MAX);
                case "ghosts" -> {
                    for (var inner : keys.of(entry.value, "ghosts.", List.of("managed", "foreign"))) {
                        var treatment = keys.treatment(inner);
                        ghosts = inner.key.equals("managed")
                                ? new Ghosts(treatment, ghosts.foreign())
                                : new Ghosts(ghosts.managed(), treatment);
                    }
                }
                case "recording" -> recording = recording(keys, entry);
                default -> {
                    source.read(entry);
                    allowEmpty = source.allowEmpty();
                }
            }
        }
        if (!errors.isEmpty()) {
            throw new Access.Refusal(
                    String.join("\n", errors.stream().map(p -> p.in(file)).toList()));
        }
        return new ConfigFile(new Directories.Given(manifests, state, runtime), allowEmpty, holdDownSeconds, models,
                ghosts, source.commits(), recording);
    }

    private static Kept recording(Keys keys, Entry entry) {
        var kept = Kept.DEFAULT;
        for (var inner : keys.of(entry.value, "recording.", List.of("enabled", "maxHours", "maxBytes"))) {
            kept = switch (inner.key) {
                case "enabled" -> new Kept(keys.truth(inner), kept.maxAge(), kept.maxBytes(), null);
                case "maxHours" ->
                        new Kept(
                                kept.enabled(), Duration.ofHours(keys.number(inner, 1, HOURS_MAX)), kept.maxBytes(),
                                null);
                default -> new Kept(kept.enabled(), kept.maxAge(), keys.bytes(inner, BYTES_MIN, BYTES_MAX), null);
            };
        }
        return kept;
    }

    private static @Nullable Node compose(Path file, String text, SortedSet<Problem> errors) {
        var settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setMaxAliasesForCollections(0)
                .build();
        try {
            return new Compose(settings).composeString(text).orElse(null);
        } catch (MarkedYamlEngineException e) {
            errors.add(Problem.at(e.getProblemMark(), e.getProblem()));
        } catch (YamlEngineException e) {
            errors.add(Problem.at(Optional.empty(), String.valueOf(e.getMessage())));
        }
        return null;
    }

    /// @param line from 1, 0 for the whole file
    record Problem(int line, int column, String what) implements Comparable<Problem> {
        static Problem at(Optional<Mark> mark, String what) {
            return mark.map(m -> new Problem(m.getLine() + 1, m.getColumn() + 1, what))
                    .orElseGet(() -> new Problem(0, 0, what));
        }

        String in(Path file) {
            return file + (line == 0 ? "" : ":" + line + ":" + column) + ": " + what;
        }

        @Override
        public int compareTo(Problem other) {
            return Comparator.comparingInt(Problem::line)
                    .thenComparingInt(Problem::column)
                    .thenComparing(Problem::what)
                    .compare(this, other);
        }
    }

    /// One key with its value.
    record Entry(String key, String path, Node value) {}

    /// Collects what is wrong while it reads.
    record Keys(SortedSet<Problem> errors) {
        List<Entry> of(@Nullable Node node, String prefix, List<String> known) {
            var entries = new ArrayList<Entry>();
            if (node == null || node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL)) {
                return entries;
            }
            if (!(node instanceof MappingNode mapping)) {
                wrong(node, prefix, "must be a mapping of keys to values");
                return entries;
            }
            var seen = new TreeSet<String>();
            for (var tuple : mapping.getValue()) {
                var key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
                if (!known.contains(key)) {
                    wrong(tuple.getKeyNode(), prefix + key + ": ",
                            "unknown key; the known ones are " + String.join(", ", known));
                } else if (!seen.add(key)) {
                    wrong(tuple.getKeyNode(), prefix + key + ": ", "given twice");
                } else {
                    entries.add(new Entry(key, prefix + key + ": ", tuple.getValueNode()));
                }
            }
            return entries;
        }

        @Nullable
        String text(Entry entry) {
            if (entry.value instanceof ScalarNode scalar
                    && scalar.getTag().equals(Tag.STR)
                    && !scalar.getValue().isEmpty()) {
                return scalar.getValue();
            }
            wrong(entry.value, entry.path, "must be a path");
            return null;
        }

        Models models(Entry entry) {
            var names = list(entry, "names, such as [sonnet, opus]", "the name of a model");
            return new Models(names.stream().map(ScalarNode::getValue).toList());
        }

        /// @param of what it is a list of
        /// @param each what each item must be
        List<ScalarNode> list(Entry entry, String of, String each) {
            var items = new ArrayList<ScalarNode>();
            if (!(entry.value instanceof SequenceNode list)) {
                wrong(entry.value, entry.path, "must be a list of " + of);
                return items;
            }
            for (var item : list.getValue()) {
                if (item instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
                    items.add(scalar);
                } else {
                    wrong(item, entry.path, "must be " + each);
                }
            }
            return items;
        }

        boolean truth(Entry entry) {
            if (entry.value instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
                return scalar.getValue().equalsIgnoreCase("true");
            }
            wrong(entry.value, entry.path, "must be true or false");
            return false;
        }

        Ghosts.Treatment treatment(Entry entry) {
            for (var treatment : Ghosts.Treatment.values()) {
                if (entry.value instanceof ScalarNode scalar && scalar.getValue().equals(treatment.name())) {
                    return treatment;
                }
            }
            wrong(entry.value, entry.path, "must be Rescue or Report");
            return Ghosts.Treatment.Report;
        }

        int number(Entry entry, int max) {
            return number(entry, 0, max);
        }

        int number(Entry entry, int min, int max) {
            if (entry.value instanceof ScalarNode scalar && scalar.getValue().matches("[0-9]{1,6}")) {
                int number = Integer.parseInt(scalar.getValue());
                if (number >= min && number <= max) {
                    return number;
                }
            }
            wrong(entry.value, entry.path, "must be a whole number from " + min + " to " + max);
            return min;
        }

        long bytes(Entry entry, long min, long max) {
            var bytes = entry.value instanceof ScalarNode scalar ? Quantity.parse(scalar.getValue()) : null;
            if (bytes != null && bytes >= min && bytes <= max) {
                return bytes;
            }
            wrong(entry.value, entry.path, "must be a number of bytes from 1Mi to 1Ti, such as 16Mi");
            return min;
        }

        void wrong(Node node, String path, String what) {
            errors.add(Problem.at(node.getStartMark(), path + what));
        }
    }
}
