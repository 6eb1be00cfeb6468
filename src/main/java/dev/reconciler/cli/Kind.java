package dev.reconciler.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The kind of resource that manifests are of, as people type it; and the others that can be looked at.
final class Kind {
    /// In `Error from server (NotFound): …`
    static final String RESOURCE = "agents.reconciler.dev";

    /// In `agent.reconciler.dev/ada created`
    static final String SINGULAR = "agent.reconciler.dev";

    private static final Set<String> WORDS = Set.of("agent", "agents", "ag", RESOURCE, SINGULAR);

    private static final Set<String> SCOPES = Set.of("scope", "scopes");

    private static final Set<String> SERVERS = Set.of("server", "servers");

    private Kind() {}

    /// `servers`, `server PID…` or `server/PID…`: tmux servers, which have no names.
    static boolean isServers(List<String> words) {
        return !words.isEmpty() && SERVERS.contains(words.getFirst().split("/", 2)[0]);
    }

    /// Their pids, empty for all.
    static List<Long> servers(List<String> words) throws Failure {
        boolean slash = words.getFirst().indexOf('/') >= 0;
        return ServerTableView.servers(slash ? words : words.subList(1, words.size()));
    }

    /// `scopes`, `scope NAME…` or `scope/NAME…`: systemd units.
    static boolean isScopes(List<String> words) {
        return !words.isEmpty() && SCOPES.contains(words.getFirst().split("/", 2)[0]);
    }

    /// Their names, empty for all.
    static List<String> scopes(List<String> words) throws Failure {
        if (words.getFirst().indexOf('/') < 0) {
            return List.copyOf(words.subList(1, words.size()));
        }
        var names = new ArrayList<String>();
        for (var word : words) {
            int slash = word.indexOf('/');
            if (slash < 0 || !SCOPES.contains(word.substring(0, slash))) {
                throw Failure.of("\"" + word + "\" is no scope; write scope/NAME");
            }
            names.add(word.substring(slash + 1));
        }
        return List.copyOf(names);
    }

    static boolean is(String word) {
        return WORDS.contains(word);
    }

    /// `agents`, `agent ada bob` or `agent/ada ag/bob`: the names, empty for all.
    ///
    /// @throws Failure for another kind, no kind, or a mixture of the two forms
    static List<String> names(List<String> words) throws Failure {
        if (words.isEmpty()) {
            throw Failure.of("you must specify the type of resource: agents");
        }
        var names = new ArrayList<String>();
        if (words.getFirst().indexOf('/') < 0) {
            check(words.getFirst());
            for (var name : words.subList(1, words.size())) {
                if (name.indexOf('/') >= 0) {
                    throw Failure.of("there is no need to specify a resource type as a separate argument when passing"
                            + " arguments in resource/name form (e.g. 'reconciler get agent/<name>' instead of"
                            + " 'reconciler get agent agent/<name>')");
                }
                names.add(name);
            }
            return List.copyOf(names);
        }
        for (var word : words) {
            int slash = word.indexOf('/');
            if (slash < 0) {
                throw Failure.of("there is no resource type in \"" + word + "\"; write agent/" + word);
            }
            check(word.substring(0, slash));
            names.add(word.substring(slash + 1));
        }
        return List.copyOf(names);
    }

    /// As [#names], where at least one name is needed.
    static List<String> someNames(List<String> words) throws Failure {
        var names = names(words);
        if (names.isEmpty()) {
            throw Failure.of("resource(s) were provided, but no name was specified");
        }
        return names;
    }

    private static void check(String kind) throws Failure {
        if (!is(kind)) {
            throw Failure.of("the server doesn't have a resource type \"" + kind + "\"");
        }
    }
}
