package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Exit;
import dev.reconciler.api.RunId;
import java.util.List;
import java.util.function.BooleanSupplier;

/// What the people do who write manifests and type verbs.
final class People {
    private People() {}

    static final List<Step> STEPS = List.of(
            Step.of(8, "edit what runs", world -> edit(world, wish -> wish.args(world.args()))),
            Step.of(4, "edit the policy", world -> edit(
                    world, wish -> wish.policy(world.any(List.of("OnFailure", "Always", "Never"))))),
            Step.of(4, "edit the care", world -> edit(world, wish -> wish.care(world.care()))),
            Step.of(3, "restart, delete, edit and crash at once", People::atOnce),
            Step.of(5, "suspend or resume", world -> edit(world, wish -> wish.suspend(!wish.suspend()))),
            Step.of(2, "disable or enable", world -> edit(world, wish -> wish.disabled(!wish.disabled()))),
            Step.of(8, "remove", People::remove),
            Step.of(10, "add", People::add),
            Step.of(3, "move to another file", world -> withOne(world, name -> world.fleet.move(name, world.file()))),
            Step.of(3, "rename the agent", People::rename),
            Step.of(4, "break the YAML", world -> withOne(world, world.fleet::corrupt)),
            Step.of(2, "write the same name twice",
                    world -> !hides(world) && withOne(world, name -> world.fleet.twice(name, true))),
            Step.of(2, "half-written file", world -> !hides(world) && withOne(world, name -> {
                var file = world.any(List.copyOf(world.host.folder.files().keySet()));
                world.trace.add("  " + file);
                world.host.folder.busy(file);
                world.host.clock.in(world.seconds(0.02, 2), () -> world.host.folder.busy(null));
            })),
            Step.of(2, "unreadable file", world -> !hides(world) && withOne(world, name -> {
                var file = world.any(List.copyOf(world.host.folder.files().keySet()));
                world.trace.add("  " + file);
                world.host.folder.unreadable(file);
            })),
            Step.of(2, "unmount the folder", world -> {
                world.host.folder.blind("folder is not mounted");
                return true;
            }),
            Step.of(2, "all files vanish", world -> {
                world.fleet.emptied(true);
                return true;
            }),
            Step.of(12, "repair the folder", world -> {
                world.fleet.heal();
                return true;
            }),
            Step.of(4, "verb: delete", People::delete),
            Step.of(4, "verb: rollout restart", People::rollout),
            Step.of(4, "verb: approve", People::approve));

    /// What a half-written, unreadable or doubled file hides is clear enough to judge only one at a time.
    private static boolean hides(World world) {
        return world.fleet.anyTwice() || world.host.folder.isBusy() || world.host.folder.hasUnreadable();
    }

    private static boolean edit(World world, java.util.function.UnaryOperator<Wish> change) {
        return withOne(world, name -> world.fleet.edit(change.apply(world.fleet.written(name))));
    }

    private static boolean withOne(World world, java.util.function.Consumer<AgentName> deed) {
        var names = world.fleet.names();
        if (names.isEmpty() || world.host.folder.files().isEmpty()) {
            return false;
        }
        var name = world.any(names);
        world.trace.add("  " + name);
        deed.accept(name);
        return true;
    }

    /// All that can be said and done to one agent, in any order, some of it twice.
    private static boolean atOnce(World world) {
        return withOne(world, name -> {
            for (int i = 0; i < 6; i++) {
                switch (world.random.nextInt(5)) {
                    case 0 -> rollout(world, name);
                    case 1 -> delete(world, name);
                    case 2 -> {
                        if (world.fleet.written(name) != null) {
                            world.fleet.edit(world.fleet.written(name).args(world.args()));
                        }
                    }
                    case 3 -> world.causes.mains(name)
                            .forEach(main -> world.host.processes.exit(main, new Exit.Code(1)));
                    default -> world.host.clock.advance(world.seconds(0, 1));
                }
            }
        });
    }

    private static boolean remove(World world) {
        return withOne(world, world.fleet::remove);
    }

    private static boolean add(World world) {
        var name = world.anyName();
        if (world.fleet.written(name) != null) {
            return false;
        }
        world.trace.add("  " + name);
        world.fleet.put(world.wish(name), world.file());
        return true;
    }

    private static boolean rename(World world) {
        var to = world.anyName();
        return world.fleet.written(to) == null && withOne(world, name -> {
            world.trace.add("  to " + to);
            var wish = world.fleet.written(name);
            world.fleet.remove(name);
            world.fleet.put(wish.named(to), world.file());
        });
    }

    private static boolean delete(World world) {
        return delete(world, world.anyName());
    }

    private static boolean delete(World world, AgentName name) {
        var view = world.daemon.view();
        var agent = view == null ? null : view.history().agents().get(name);
        world.trace.add("  " + name);
        boolean acknowledged = said(() -> world.daemon.delete(name), () -> {
            if (agent != null) {
                world.causes.personDeleted(name, agent.uid());
                world.fleet.deleted(name);
            }
        });
        if (acknowledged && agent != null) {
            world.causes.acknowledged(agent.uid());
        }
        return acknowledged;
    }

    private static boolean rollout(World world) {
        return rollout(world, world.anyName());
    }

    private static boolean rollout(World world, AgentName name) {
        var run = world.causes.mains(name)
                .stream()
                .map(proc -> proc.owner.mark().run())
                .findFirst()
                .orElse(new RunId("none", 0));
        world.trace.add("  " + name);
        return said(() -> world.daemon.rollout(name), () -> world.causes.personRolledOut(name, run));
    }

    /// A word holds when it was acknowledged, and may hold when the daemon died over it.
    private static boolean said(BooleanSupplier word, Runnable holds) {
        try {
            boolean acknowledged = word.getAsBoolean();
            if (acknowledged) {
                holds.run();
            }
            return acknowledged;
        } catch (DaemonKilled e) {
            holds.run();
            throw e;
        }
    }

    static boolean approve(World world) {
        var view = world.daemon.view();
        var waiting = view == null
                ? List.<AgentName>of()
                : view.plan().awaitingApproval().stream().map(change -> change.name()).toList();
        world.referee.massChange().approve(waiting);
        var approved = world.daemon.approve();
        world.trace.add("  " + approved);
        return !approved.isEmpty();
    }
}
