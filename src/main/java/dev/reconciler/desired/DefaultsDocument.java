package dev.reconciler.desired;

import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/// What one document of `kind: Defaults` says: `metadata` and `spec`, as written.
///
/// @param places where each of its values stands, by path as in [Merge#leaves]
public record DefaultsDocument(ParsedFile.Place place, ObjectNode tree, SortedMap<String, ParsedFile.Place> places) {
    static DefaultsDocument of(ObjectNode tree, String file, Findings findings, Position start) {
        var places = new TreeMap<String, ParsedFile.Place>();
        Merge.leaves(tree, (path, at, value) -> {
            var position = findings.of(at);
            places.put(path, new ParsedFile.Place(file, position.line(), position.column()));
        });
        return new DefaultsDocument(new ParsedFile.Place(file, start.line(), start.column()), tree, places);
    }

    /// Of the value at `path`, or of the first one in it.
    ParsedFile.Place placeOf(String path) {
        var exact = places.get(path);
        return exact != null
                ? exact
                : places.tailMap(path)
                        .entrySet()
                        .stream()
                        .filter(e -> Merge.isIn(e.getKey(), path))
                        .map(java.util.Map.Entry::getValue)
                        .findFirst()
                        .orElse(place);
    }
}
