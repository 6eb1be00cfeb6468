package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import java.util.ArrayList;
import java.util.List;

/// What a person wants of one agent: the truth behind a manifest.
///
/// @param args of the simulated program, see [Program]
/// @param policy restartPolicy
/// @param strategy updateStrategy
/// @param care further lines of its spec: probes, activity, preStop
/// @param deadline activeDeadlineSeconds, null without; `limit` is backoffLimit and `ttl` ttlSecondsAfterFinished
record Wish(
        AgentName name,
        List<String> args,
        String directory,
        String policy,
        String strategy,
        boolean suspend,
        boolean disabled,
        int grace,
        Integer deadline,
        Integer limit,
        Integer ttl,
        List<String> care) {

    Wish args(List<String> to) {
        return new Wish(name, to, directory, policy, strategy, suspend, disabled, grace, deadline, limit, ttl, care);
    }

    Wish named(AgentName to) {
        return new Wish(to, args, directory, policy, strategy, suspend, disabled, grace, deadline, limit, ttl, care);
    }

    Wish policy(String to) {
        return new Wish(name, args, directory, to, strategy, suspend, disabled, grace, deadline, limit, ttl, care);
    }

    Wish suspend(boolean to) {
        return new Wish(name, args, directory, policy, strategy, to, disabled, grace, deadline, limit, ttl, care);
    }

    Wish disabled(boolean to) {
        return new Wish(name, args, directory, policy, strategy, suspend, to, grace, deadline, limit, ttl, care);
    }

    Wish care(List<String> to) {
        return new Wish(name, args, directory, policy, strategy, suspend, disabled, grace, deadline, limit, ttl, to);
    }

    boolean cares(String what) {
        for (var line : care) {
            if (line.startsWith(what)) {
                return true;
            }
        }
        return false;
    }

    List<String> argv() {
        var argv = new ArrayList<>(List.of(Program.PATH));
        argv.addAll(args);
        return argv;
    }

    boolean sameRun(Wish other) {
        return args.equals(other.args) && directory.equals(other.directory);
    }

    /// One line that no other document contains.
    String metadata() {
        var annotations = disabled ? ", annotations: {reconciler.dev/reconcile: disabled}" : "";
        return identity(name) + annotations + "}";
    }

    static String identity(AgentName name) {
        return "metadata: {name: " + name.name() + ", namespace: " + name.namespace();
    }

    String yaml() {
        var yaml = new StringBuilder();
        yaml.append("apiVersion: reconciler.dev/v1alpha1\nkind: Agent\n").append(metadata()).append("\nspec:\n");
        yaml.append("  command: [").append(Program.PATH).append("]\n");
        yaml.append("  args: [").append(String.join(", ", args)).append("]\n");
        yaml.append("  workingDirectory: ").append(directory).append('\n');
        yaml.append("  restartPolicy: ").append(policy).append('\n');
        yaml.append("  updateStrategy: ").append(strategy).append('\n');
        yaml.append("  suspend: ").append(suspend).append('\n');
        yaml.append("  terminationGracePeriodSeconds: ").append(grace).append('\n');
        optional(yaml, "activeDeadlineSeconds", deadline);
        optional(yaml, "backoffLimit", limit);
        optional(yaml, "ttlSecondsAfterFinished", ttl);
        care.forEach(line -> yaml.append("  ").append(line).append('\n'));
        return yaml.toString();
    }

    private static void optional(StringBuilder yaml, String field, Integer value) {
        if (value != null) {
            yaml.append("  ").append(field).append(": ").append(value).append('\n');
        }
    }
}
