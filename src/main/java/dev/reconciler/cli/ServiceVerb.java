package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.host.UserService;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `service install|uninstall|status`: the daemon as a systemd user service.
@Command(
        name = "service",
        description = "The daemon as a systemd user service: install, uninstall or status.",
        footer = {
            "",
            "install writes the unit, enables and (re)starts it, with the folders this command would use. Agents run in",
            "units of their own: they survive restarts of the service, and uninstall leaves them alone.",
            "",
            "Exit codes of status: 0 it runs, 1 it does not.",
            "",
            "Examples:",
            "  reconciler service install",
            "  reconciler service status",
            "  journalctl --user -u reconciler",
        })
final class ServiceVerb implements Verb {
    /// Settings that the service would not find by itself.
    private static final List<String> KEPT = List.of(
            "RECONCILER_MANIFESTS", "RECONCILER_STATE", "RECONCILER_RUNTIME", "RECONCILER_BASE_ENVIRONMENT",
            "XDG_CONFIG_HOME", "XDG_STATE_HOME");

    @Parameters(paramLabel = "install|uninstall|status", arity = "0..*", description = "What to do.")
    private List<String> words = List.of();

    @Override
    public int run(Call call) throws Failure, Access.Refusal, IOException {
        if (words.size() != 1) {
            throw Failure.of("say one of install, uninstall, status");
        }
        try {
            var service = new UserService(System.getenv());
            return switch (words.getFirst()) {
                case "install" -> install(call, service);
                case "uninstall" -> uninstall(call, service);
                case "status" -> status(call, service);
                default -> throw Failure.of("\"" + words.getFirst() + "\" is none of install, uninstall, status");
            };
        } catch (IOException e) {
            throw Failure.of(String.valueOf(e.getMessage()));
        }
    }

    private static int install(Call call, UserService service) throws Access.Refusal, IOException, Failure {
        var tree = tree();
        var template = Files.readString(tree.resolve("manifests/systemd/reconciler.service"));
        service.install(unit(template, tree.resolve("bin/reconciler"), environment(call, System.getenv())));
        call.out().println("Installed " + service.file() + " and started it.");
        call.err().println("Lingering is " + lingering(service.state().lingers()) + ".");
        return 0;
    }

    private static int uninstall(Call call, UserService service) throws IOException {
        var unit = service.state().unit();
        service.uninstall();
        call.out()
                .println(unit == null ? "There is no " + service.file() + "."
                        : (unit.equals(service.file()) ? "Removed " : "Stopped and disabled, but not removed, ") + unit
                                + ". Agents run on; a later daemon takes them over.");
        return 0;
    }

    private static int status(Call call, UserService service) throws IOException {
        var state = service.state();
        call.out().print(text(service.file(), state));
        return state.pid() == 0 ? 1 : 0;
    }

    /// @param file where a unit of one's own would be
    static String text(Path file, UserService.State state) {
        return "Unit:       " + (state.unit() == null ? file + " (not installed)" : state.unit().toString())
                + (state.enabled() ? ", enabled" : "") + "\nService:    " + state.active()
                + (state.pid() == 0 ? "" : ", pid " + state.pid())
                + (state.since().isEmpty() ? "" : ", since " + state.since()) + "\nLingering:  "
                + lingering(state.lingers()) + "\n";
    }

    private static String lingering(boolean lingers) {
        return lingers
                ? "on: daemon and agents start at boot and stay when you log out"
                : "off: daemon and agents end with your last logout and start at your next login; `loginctl"
                        + " enable-linger` changes that";
    }

    /// What was given here goes along: the service starts with nothing of this shell.
    private static Map<String, String> environment(Call call, Map<String, String> own) throws Access.Refusal {
        var kept = new TreeMap<String, String>();
        KEPT.forEach(name -> {
            var value = own.getOrDefault(name, "");
            if (!value.isEmpty()) {
                kept.put(name, value);
            }
        });
        var settings = call.settings();
        kept.computeIfPresent("RECONCILER_MANIFESTS", (name, value) -> settings.manifests().toString());
        kept.computeIfPresent("RECONCILER_STATE", (name, value) -> settings.state().toString());
        kept.computeIfPresent("RECONCILER_RUNTIME", (name, value) -> settings.runtime().toString());
        // The launcher looks on, should this one go away.
        kept.put("RECONCILER_JAVA_HOME", System.getProperty("java.home", ""));
        return kept;
    }

    /// @param template with one line `ExecStart=`
    static String unit(String template, Path launcher, Map<String, String> environment) {
        var lines = new StringBuilder();
        for (var line : template.lines().toList()) {
            if (line.startsWith("#") && !lines.toString().contains("[Unit]")) {
                // How to install it by hand.
                continue;
            }
            if (line.startsWith("ExecStart=")) {
                environment.forEach((name, value) -> lines.append("Environment=")
                        .append(quoted(name + "=" + value))
                        .append('\n'));
                lines.append("ExecStart=").append(quoted(launcher.toString()).replace("$", "$$")).append(" run\n");
            } else {
                lines.append(line).append('\n');
            }
        }
        return "# Written by `reconciler service install`.\n" + lines;
    }

    /// As systemd reads it: `%` and backslash mean something everywhere.
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%").replace("\n", "\\n") + '"';
    }

    /// Where the product lies: the jar is in `lib`.
    private static Path tree() throws Failure {
        try {
            var jar = Path.of(ServiceVerb.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            var lib = jar.getParent();
            var tree = lib == null ? null : lib.getParent();
            if (tree != null && Files.isExecutable(tree.resolve("bin/reconciler"))) {
                return tree;
            }
            throw Failure.of("there is no launcher beside " + jar + ": install with `make install PREFIX=…` first");
        } catch (URISyntaxException e) {
            throw Failure.of("cannot tell where reconciler is installed: " + e.getMessage());
        }
    }
}
