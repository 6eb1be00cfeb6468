package dev.reconciler.sim;

import dev.reconciler.host.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// The user's service manager: a unit lives as long as a process is in it, unless the manager missed its end.
final class FakeScopes implements Scopes {
    private static final Set<String> CONTROLLERS = Set.of("cpu", "memory", "pids");

    private final FakeClock clock;
    private final FakeProcesses processes;
    private final Gate gate;
    private final TreeMap<String, Told> leaked = new TreeMap<>();
    private final TreeMap<String, Long> kills = new TreeMap<>();
    private Service service = new Service.Absent("no user manager of systemd");

    FakeScopes(FakeClock clock, FakeProcesses processes, Gate gate) {
        this.clock = clock;
        this.processes = processes;
        this.gate = gate;
    }

    /// A manager with all controllers.
    void answer() {
        service = new Service.Answers(252, CONTROLLERS);
    }

    /// A manager whose limits are words.
    void answerWithoutControllers() {
        service = new Service.Answers(252, Set.of());
    }

    void fallSilent() {
        service = new Service.Silent("the user manager of systemd did not answer within 2 s");
    }

    void vanish() {
        service = new Service.Absent("no user manager of systemd");
    }

    boolean answers() {
        return service instanceof Service.Answers;
    }

    /// The manager misses that this unit is empty.
    void leak(String unit, String description) {
        leaked.put(unit, new Told(unit, description, "active", clock.now().nanos(), List.of()));
    }

    List<String> leaked() {
        return List.copyOf(leaked.keySet());
    }

    /// The kernel kills a process in this unit for memory.
    void killForMemory(String unit) {
        kills.merge(unit, 1L, Long::sum);
    }

    void reboot() {
        leaked.clear();
        kills.clear();
    }

    @Override
    public Service service() {
        return service;
    }

    @Override
    public Look look(boolean deep) {
        return switch (service) {
            case Service.Absent(var why) -> new Look.Nowhere(why);
            case Service.Silent(var why) -> new Look.Blind(why);
            case Service.Answers answers -> new Look.Seen(units(deep), true, answers.controllers());
        };
    }

    private List<Unit> units(boolean deep) {
        var members = new TreeMap<String, List<Long>>();
        leaked.keySet().forEach(unit -> members.put(unit, new ArrayList<>()));
        for (var proc : processes.all()) {
            if (proc.live() && proc.unit != null) {
                members.computeIfAbsent(proc.unit, unit -> new ArrayList<>()).add(proc.ref.pid());
            }
        }
        var units = new ArrayList<Unit>();
        members.forEach((unit, pids) -> units.add(
                new Unit(unit, true, deep ? List.copyOf(pids) : null, deep ? kills.getOrDefault(unit, 0L) : 0)));
        return List.copyOf(units);
    }

    @Override
    public long oomKills() {
        return kills.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public List<Told> describe(List<String> units) {
        var told = new ArrayList<Told>();
        for (var unit : units(true)) {
            if (units.contains(unit.name())) {
                told.add(leaked.getOrDefault(unit.name(), new Told(unit.name(), "", "active", 1, List.of())));
            }
        }
        return answers() ? List.copyOf(told) : List.of();
    }

    @Override
    public Stopped stop(String unit) {
        return gate.pass(new Effect.StopUnit(unit), () -> {
            for (var one : units(true)) {
                if (one.name().equals(unit) && !one.empty()) {
                    return new Stopped.Occupied(one.processes());
                }
            }
            leaked.remove(unit);
            return new Stopped.Gone();
        });
    }
}
