package dev.reconciler.sim;

import dev.reconciler.api.Exit;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Units;
import dev.reconciler.host.Scopes;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// What happens to machines.
final class Accidents {
    private Accidents() {}

    static final List<Step> STEPS = List.of(
            Step.of(8, "a program ends", world -> program(world, world.chance(70) ? 1 : 0)),
            Step.of(4, "a program is killed", world -> program(world, -1)),
            Step.of(4, "a server crashes", Accidents::crash),
            Step.of(5, "a socket is unlinked", Accidents::unlink),
            Step.of(3, "a server falls silent", world -> {
                servers(world).forEach(FakeServer::silence);
                world.host.tmux.lands(world.chance(70));
                return !servers(world).isEmpty();
            }),
            Step.of(4, "the next command is not answered", world -> {
                world.host.tmux.fallSilent(1, world.chance(70));
                return true;
            }),
            Step.of(7, "servers speak", world -> {
                servers(world).forEach(FakeServer::speak);
                return true;
            }),
            Step.of(2, "tmux refuses", world -> {
                world.host.tmux.refuse(1 + world.random.nextInt(3));
                return true;
            }),
            Step.of(2, "tmux loses SIGCHLD", world -> {
                servers(world).forEach(server -> server.deaf(true));
                return true;
            }),
            Step.of(3, "tmux finds its dead", world -> {
                servers(world).forEach(server -> server.deaf(false));
                return true;
            }),
            Step.of(2, "the user manager goes away", world -> {
                world.host.scopes.vanish();
                return true;
            }),
            Step.of(1, "the user manager is silent", world -> {
                world.host.scopes.fallSilent();
                return true;
            }),
            Step.of(4, "the user manager answers", world -> {
                world.host.scopes.answer();
                return true;
            }),
            Step.of(2, "the user manager misses the end of a scope", Accidents::leak),
            Step.of(2, "reboot", Accidents::reboot),
            Step.of(2, "the wall clock jumps", world -> {
                world.host.clock.jumpWall(Duration.ofMinutes(world.chance(50) ? -60 : 90));
                return true;
            }),
            Step.of(3, "the disk fills up", world -> {
                world.host.storage.full(true);
                return true;
            }),
            Step.of(1, "the state directory is lost", world -> {
                world.host.gate.kill();
                world.host.storage.wipe();
                world.referee.stateLost();
                return true;
            }),
            Step.of(6, "somebody frees space", world -> {
                world.host.storage.full(false);
                return true;
            }),
            Step.of(2, "/proc is partly unreadable", world -> {
                world.host.processes.blind(true);
                return true;
            }),
            Step.of(4, "/proc is readable", world -> {
                world.host.processes.blind(false);
                return true;
            }),
            Step.of(1, "uninterruptible I/O", world -> {
                world.host.processes.stuck(true);
                return true;
            }),
            Step.of(3, "I/O returns", world -> {
                world.host.processes.stuck(false);
                return true;
            }),
            Step.of(3, "a program says that it is done", Accidents::done),
            Step.of(1, "programs fall silent", world -> {
                world.host.runFiles.fallSilent();
                return true;
            }),
            Step.of(3, "programs beat again", world -> {
                world.host.runFiles.tick(world.host.clock);
                return true;
            }),
            Step.of(1, "the files of runs cannot be read", world -> {
                world.host.runFiles.blind(true);
                return true;
            }),
            Step.of(3, "the files of runs can be read", world -> {
                world.host.runFiles.blind(false);
                return true;
            }),
            Step.of(2, "terminals are not ready", world -> {
                keyboards(world, keyboard -> keyboard.raw = world.chance(50));
                return true;
            }),
            Step.of(3, "terminals are ready", world -> {
                keyboards(world, keyboard -> keyboard.raw = true);
                return true;
            }),
            Step.of(2, "programs miss an Enter", world -> {
                keyboards(world, keyboard -> keyboard.deafToEnter = world.random.nextInt(3));
                return true;
            }),
            Step.of(2, "a pid is reused", Accidents::reuse),
            Step.of(2, "a program or directory vanishes", world -> {
                world.host.workplace.lose(
                        world.chance(50) ? Program.PATH : world.any(List.of("/srv/a", "/srv/b", "/srv/c")));
                return true;
            }),
            Step.of(1, "the work disk hangs", world -> {
                world.host.workplace.hang();
                return true;
            }),
            Step.of(3, "probes fail", world -> {
                world.host.workplace.ill(true);
                return true;
            }),
            Step.of(4, "the workplace is whole", world -> {
                world.host.workplace.restore();
                return true;
            }));

    private static List<FakeServer> servers(World world) {
        return world.host.tmux.servers();
    }

    private static boolean program(World world, int code) {
        var mains = world.host.processes.all()
                .stream()
                .filter(proc -> proc.live() && proc.owner.kind() == Owner.Kind.AGENT)
                .toList();
        if (mains.isEmpty()) {
            return false;
        }
        world.host.processes.exit(world.any(mains), code < 0 ? new Exit.Signal(9) : new Exit.Code(code));
        return true;
    }

    private static boolean crash(World world) {
        if (servers(world).isEmpty()) {
            return false;
        }
        world.host.processes.exit(world.any(servers(world)).proc, new Exit.Signal(9));
        return true;
    }

    private static boolean unlink(World world) {
        if (servers(world).isEmpty()) {
            return false;
        }
        world.host.tmux.unlink(world.any(servers(world)).path);
        return true;
    }

    private static boolean reboot(World world) {
        world.referee.reboot();
        world.host.reboot();
        return true;
    }

    /// Of a run, or of a pane of ours that tmux had put into one.
    private static boolean leak(World world) {
        var name = world.anyName();
        world.host.scopes.leak(
                world.chance(50)
                        ? Units.scope(name, new RunId("leaked", world.random.nextInt(9)))
                        : Scopes.TMUX + world.random.nextInt(9) + ".scope",
                "tmux child pane 7 launched by process " + (5 + world.random.nextInt(2)));
        return true;
    }

    private static boolean reuse(World world) {
        var run = world.host.processes.all()
                .stream()
                .filter(proc -> proc.live() && proc.owner.ours())
                .toList();
        if (run.isEmpty()) {
            return false;
        }
        var victim = world.any(run);
        world.host.processes.exit(victim, new Exit.Signal(9));
        world.host.processes.reusePid(victim.ref.pid());
        world.host.clock.advance(Duration.ofMillis(20));
        world.host.processes.spawn(
                FakeProcesses.INIT, 0, "cron", null, List.of("cron"), Program.FOREVER, Owner.USER);
        return true;
    }

    private static boolean done(World world) {
        var mains = world.host.processes.all()
                .stream()
                .filter(proc -> proc.live() && proc.owner.kind() == Owner.Kind.AGENT)
                .toList();
        if (mains.isEmpty()) {
            return false;
        }
        var main = world.any(mains);
        world.trace.add("  " + main);
        world.host.runFiles.done(
                main.owner.mark().run(),
                world.any(List.of("{\"status\": \"succeeded\"}", "{\"status\": \"failed\"}", "{\"sta")));
        return true;
    }

    private static void keyboards(World world, Consumer<FakeKeyboard> deed) {
        servers(world).forEach(server -> server.panes().forEach(pane -> deed.accept(pane.keyboard)));
    }

    /// Nothing is wrong any more.
    static void heal(World world) {
        world.host.runFiles.blind(false);
        world.host.runFiles.tick(world.host.clock);
        keyboards(world, keyboard -> keyboard.raw = true);
        world.host.storage.full(false);
        world.host.processes.blind(false);
        world.host.processes.stuck(false);
        world.host.workplace.restore();
        world.host.scopes.answer();
        world.host.tmux.refuse(0);
        world.host.tmux.fallSilent(0, true);
        servers(world).forEach(server -> {
            server.deaf(false);
            server.speak();
        });
        world.fleet.heal();
    }
}
