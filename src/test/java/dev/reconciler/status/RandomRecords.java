package dev.reconciler.status;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.RunId;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Any record of `api`, from a seed: a component added later is covered without a change here.
final class RandomRecords {
    private static final String CHARACTERS = "az09-_. \"'\\/{}[]\n\t\u0000\u001b\u00e9\u65e5\uD83D\uDE80";

    private final Random random;
    private final double absent;

    /// @param absent how often what may be absent is
    RandomRecords(long seed, double absent) {
        random = new Random(seed);
        this.absent = absent;
    }

    History history(int agents) {
        var map = new TreeMap<AgentName, AgentHistory>();
        while (map.size() < agents) {
            var agent = (AgentHistory) value(AgentHistory.class);
            map.put(agent.name(), agent);
        }
        return new History((AgentHistory.Fleet) value(AgentHistory.Fleet.class), map);
    }

    AgentHistory agent() {
        return (AgentHistory) value(AgentHistory.class);
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            int size = random.nextInt(4) + (absent == 0 ? 1 : 0);
            if (generic.getRawType() == List.class) {
                var list = new ArrayList<Object>();
                for (int i = 0; i < size; i++) {
                    list.add(value(arguments[0]));
                }
                return list;
            }
            if (generic.getRawType() == SortedMap.class) {
                var map = new TreeMap<Object, Object>();
                for (int i = 0; i < size; i++) {
                    map.put(value(arguments[0]), value(arguments[1]));
                }
                return map;
            }
        }
        if (type == int.class || type == Integer.class) {
            return random.nextInt();
        }
        if (type == long.class || type == Long.class) {
            return random.nextLong();
        }
        if (type == boolean.class || type == Boolean.class) {
            return random.nextBoolean();
        }
        if (type == String.class) {
            return string();
        }
        if (type == Instant.class) {
            return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
        }
        if (type == AgentName.class) {
            return new AgentName("ns" + random.nextInt(3), "agent-" + random.nextInt(1000));
        }
        if (type == RunId.class) {
            return new RunId(Long.toHexString(random.nextLong()), random.nextInt(1, 1000));
        }
        if (type == Exit.class) {
            return value(Exit.class.getPermittedSubclasses()[random.nextInt(3)]);
        }
        if (type instanceof Class<?> enumeration && enumeration.isEnum()) {
            var constants = enumeration.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        }
        if (type instanceof Class<?> record && record.isRecord()) {
            return record(record);
        }
        throw new AssertionError("teach me to make a " + type);
    }

    private Object record(Class<?> type) {
        var components = type.getRecordComponents();
        var types = new Class<?>[components.length];
        var values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = mayBeAbsent(components[i]) && random.nextDouble() < absent
                    ? null
                    : value(components[i].getGenericType());
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean mayBeAbsent(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private String string() {
        var text = new StringBuilder();
        int length = random.nextInt(12);
        var points = CHARACTERS.codePoints().toArray();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }
}
