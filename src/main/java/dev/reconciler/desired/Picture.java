package dev.reconciler.desired;

import com.google.common.collect.ImmutableSortedMap;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.desired.ParsedFile.Bad;
import dev.reconciler.desired.ParsedFile.Good;
import dev.reconciler.desired.ParsedFile.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a set of files says, taken together: a name that stands in two places stands in none of them.
///
/// @param agents the good ones
/// @param broken names that a file has but does not say well: with the first error, as shown to the user
/// @param opaque by file: its first error, where the file may hold any name
/// @param errors sorted; empty when the picture is complete
/// @param defaults what the agents of each folder are given
/// @param places the first file of each broken name
public record Picture(
        SortedMap<AgentName, Agent> agents,
        SortedMap<AgentName, String> broken,
        SortedMap<String, String> opaque,
        List<FieldError> errors,
        Folders defaults,
        SortedMap<AgentName, String> places) {
    public static final Picture EMPTY = new Picture(
            ImmutableSortedMap.of(), ImmutableSortedMap.of(), ImmutableSortedMap.of(), List.of(), Folders.NONE,
            ImmutableSortedMap.of());

    /// One document with a name that can be told.
    private record Holder(@Nullable Agent agent, Place named, @Nullable FieldError error) {}

    /// Of files read without Defaults.
    public static Picture of(SortedMap<String, ParsedFile> files) {
        return of(files, Folders.NONE);
    }

    /// @param defaults what the agents were given when the files were read
    static Picture of(SortedMap<String, ParsedFile> files, Folders defaults) {
        var errors = new ArrayList<FieldError>(defaults.errors());
        var opaque = new TreeMap<String, String>();
        var holders = new TreeMap<AgentName, List<Holder>>();
        files.forEach((file, parsed) -> {
            errors.addAll(parsed.errors());
            for (var document : parsed.documents()) {
                switch (document) {
                    case Good(Agent agent, Place named) ->
                            holders.computeIfAbsent(agent.name(), _ -> new ArrayList<>())
                                    .add(new Holder(agent, named, null));
                    case Bad(AgentName name, Place named, FieldError first) when name != null && named != null ->
                            holders.computeIfAbsent(name, _ -> new ArrayList<>()).add(new Holder(null, named, first));
                    case Bad(_, _, FieldError first) -> opaque.putIfAbsent(file, first.toString());
                    case ParsedFile.GoodDefaults _,ParsedFile.BadDefaults _ -> {}
                }
            }
        });
        var agents = ImmutableSortedMap.<AgentName, Agent>naturalOrder();
        var broken = ImmutableSortedMap.<AgentName, String>naturalOrder();
        var brokenIn = ImmutableSortedMap.<AgentName, String>naturalOrder();
        holders.forEach((name, places) -> {
            var only = places.getFirst();
            if (places.size() > 1 || only.agent() == null) {
                brokenIn.put(name, only.named().file());
            }
            if (places.size() > 1) {
                var duplicates = duplicates(name, places);
                errors.addAll(duplicates);
                broken.put(name, duplicates.getFirst().toString());
            } else if (only.agent() != null) {
                agents.put(name, only.agent());
            } else {
                broken.put(name, String.valueOf(only.error()));
            }
        });
        return new Picture(
                agents.build(),
                broken.build(),
                ImmutableSortedMap.copyOf(opaque),
                errors.stream().sorted().distinct().toList(),
                defaults,
                brokenIn.build());
    }

    private static List<FieldError> duplicates(AgentName name, List<Holder> places) {
        return places.stream()
                .map(here -> {
                    var others = places.stream()
                            .filter(other -> other != here)
                            .map(other -> other.named().toString())
                            .collect(Collectors.joining(", "));
                    return new FieldError(
                            here.named().file(),
                            here.named().line(),
                            here.named().column(),
                            "metadata.name",
                            Wording.duplicate(Wording.quote(name.toString())) + ": also in " + others);
                })
                .toList();
    }

    /// Every file could be read and no name stands twice.
    public boolean isComplete() {
        return errors.isEmpty();
    }

    /// True when both say the same of every agent, where it is written does not count, and have the same faults.
    boolean saysTheSame(Picture other) {
        return broken.equals(other.broken)
                && opaque.equals(other.opaque)
                && agents.keySet().equals(other.agents.keySet())
                && agents.values()
                        .stream()
                        .allMatch(agent -> agent.document().equals(documentOf(other, agent.name())));
    }

    private static @Nullable String documentOf(Picture picture, AgentName name) {
        var agent = picture.agents.get(name);
        return agent == null ? null : agent.document();
    }
}
