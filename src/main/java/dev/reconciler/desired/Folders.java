package dev.reconciler.desired;

import dev.reconciler.api.Agent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Which Defaults count in which folder.
public final class Folders {
    /// None anywhere.
    public static final Folders NONE = new Folders(new TreeMap<>(), Set.of(), List.of(), Folders::parent);

    private final SortedMap<String, FolderDefaults> folders;
    private final Set<String> files;
    private final List<FieldError> errors;
    private final UnaryOperator<String> folderOf;

    private Folders(
            SortedMap<String, FolderDefaults> folders, Set<String> files, List<FieldError> errors,
            UnaryOperator<String> folderOf) {
        this.folders = folders;
        this.files = files;
        this.errors = errors;
        this.folderOf = folderOf;
    }

    /// @param files by their file: documents of `kind: Defaults`, good or bad
    /// @param gone Defaults whose files are gone since a moment: they count as far as nothing in their folder speaks
    ///     against it
    /// @param folderOf the folder of a file: names with `/` between them, the empty one above all
    static Folders of(
            SortedMap<String, List<ParsedFile.Document>> files, SortedMap<String, List<DefaultsDocument>> gone,
            UnaryOperator<String> folderOf) {
        var there = new TreeMap<String, List<ParsedFile.Document>>();
        var before = new TreeMap<String, List<DefaultsDocument>>();
        files.forEach((file, documents) -> there.computeIfAbsent(folderOf.apply(file), _ -> new ArrayList<>())
                .addAll(documents));
        gone.forEach((file, documents) -> {
            there.computeIfAbsent(folderOf.apply(file), _ -> new ArrayList<>());
            before.computeIfAbsent(folderOf.apply(file), _ -> new ArrayList<>()).addAll(documents);
        });
        var errors = new ArrayList<FieldError>();
        var folders = new Folders(new TreeMap<>(), files.keySet(), errors, folderOf);
        // A folder comes before those in it.
        there.forEach((folder, documents) -> {
            var above = folder.isEmpty() ? FolderDefaults.NONE : folders.in(parent(folder));
            folders.folders.put(folder, one(documents, before.getOrDefault(folder, List.of()), above, errors));
        });
        return folders;
    }

    private static FolderDefaults one(
            List<ParsedFile.Document> documents, Collection<DefaultsDocument> gone, FolderDefaults above,
            List<FieldError> errors) {
        FieldError broken = above.broken();
        var own = new Own();
        for (var document : documents) {
            switch (document) {
                case ParsedFile.BadDefaults(var first) -> broken = first;
                case ParsedFile.GoodDefaults(var content) -> {
                    var clashes = own.add(content, true);
                    errors.addAll(clashes);
                    broken = clashes.isEmpty() ? broken : clashes.getFirst();
                }
                case ParsedFile.Good _,ParsedFile.Bad _ -> {}
            }
        }
        gone.forEach(document -> own.add(document, false));
        return broken != null ? FolderDefaults.unknown(broken) : own.over(above);
    }

    /// The Defaults of one folder, together: none of them is nearer than another.
    private static final class Own {
        private tools.jackson.databind.node.ObjectNode tree = FolderDefaults.NONE.tree();
        private final TreeMap<String, Agent.Filled> values = new TreeMap<>();
        private final Map<String, ParsedFile.Place> places = new TreeMap<>();

        /// @param must false: it is left out when it says a field that another one says
        /// @return an error for each field that both say, at either place
        List<FieldError> add(DefaultsDocument document, boolean must) {
            var merged = Merge.of(document.tree(), tree);
            if (!must && !merged.clashes().isEmpty()) {
                return List.of();
            }
            var errors = new ArrayList<FieldError>();
            for (var clash : merged.clashes()) {
                var here = document.placeOf(clash.near());
                var there = placeOf(clash.far());
                errors.add(error(here, clash.near(), there));
                errors.add(error(there, clash.far(), here));
            }
            tree = merged.tree();
            Merge.leaves(document.tree(), (path, _, value) -> {
                var place = document.placeOf(path);
                places.put(path, place);
                values.put(path, new Agent.Filled(value.toString(), new Agent.Origin(place.file(), place.line())));
            });
            return errors.stream().sorted().toList();
        }

        private ParsedFile.Place placeOf(String path) {
            var exact = places.get(path);
            return exact != null
                    ? exact
                    : places.entrySet()
                            .stream()
                            .filter(e -> Merge.isIn(e.getKey(), path))
                            .map(Map.Entry::getValue)
                            .findFirst()
                            .orElseThrow();
        }

        private static FieldError error(ParsedFile.Place at, String path, ParsedFile.Place other) {
            return new FieldError(
                    at.file(), at.line(), at.column(), path,
                    "Duplicate value: another Defaults of this folder says it, too: " + other);
        }

        FolderDefaults over(FolderDefaults above) {
            var merged = Merge.of(tree, above.tree());
            var all = new TreeMap<>(values);
            above.values().forEach((path, value) -> {
                if (merged.took(path)) {
                    all.put(path, value);
                }
            });
            all.values().removeIf(value -> value.value().equals("null"));
            return new FolderDefaults(Merge.strip(merged.tree()), all, null);
        }
    }

    /// The files that hold them.
    public Set<String> files() {
        return files;
    }

    /// What is wrong between them, in no order.
    List<FieldError> errors() {
        return errors;
    }

    /// What counts for the agents of a file.
    public FolderDefaults of(String file) {
        return folders.isEmpty() ? FolderDefaults.NONE : in(folderOf.apply(file));
    }

    private FolderDefaults in(String folder) {
        for (var at = folder;; at = parent(at)) {
            var defaults = folders.get(at);
            if (defaults != null || at.isEmpty()) {
                return defaults == null ? FolderDefaults.NONE : defaults;
            }
        }
    }

    /// Whether Defaults in `file` would count for the agents of `other`; a folder that cannot be listed is a file here.
    boolean reaches(String file, String other) {
        var folder = folderOf.apply(file);
        var below = folderOf.apply(other);
        return folder.isEmpty() || below.equals(folder) || below.startsWith(folder + "/");
    }

    /// The folder that a file, or a folder, lies in.
    static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
}
