package dev.reconciler.status;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;

/// Makes a record read from a file whole again: no null where the type promises a value.
///
/// A missing list, map or string becomes an empty one. For all else that is missing, the smallest thing around it that
/// may be absent (a nullable component, an element of a list or map) is dropped: what the world can tell is read from
/// the world, and what it can't is at most forgotten for this one item.
final class Gaps {
    private final List<String> problems;

    private Gaps(List<String> problems) {
        this.problems = problems;
    }

    /// @param problems one sentence for each thing dropped is added
    /// @throws DatabindException when the record itself can't do without something that is missing
    static Object closed(Record record, List<String> problems) {
        try {
            return new Gaps(problems).record(record, null);
        } catch (Missing e) {
            throw DatabindException.from((JsonParser) null, e.getMessage(), e);
        }
    }

    /// Something without which the thing around it means nothing.
    private static final class Missing extends Exception {
        private static final long serialVersionUID = 1L;

        Missing(Path path) {
            super(path + " is missing or unknown");
        }
    }

    /// Where in the file something stands: put into words only when it is missing.
    private record Path(@Nullable Path before, Object step) {
        @Override
        public String toString() {
            if (step instanceof Integer index) {
                return (before == null ? "" : before) + "[" + index + "]";
            }
            return before == null ? step.toString() : before + "." + step;
        }
    }

    /// What reflection tells of a record type, asked once.
    private record Type(List<Part> parts, Constructor<?> constructor) {
        static final ClassValue<Type> OF = new ClassValue<>() {
            @Override
            protected Type computeValue(Class<?> type) {
                var parts = new ArrayList<Part>();
                for (var component : type.getRecordComponents()) {
                    component.getAccessor().setAccessible(true);
                    parts.add(new Part(
                            component.getName(),
                            component.getType(),
                            component.getAccessor(),
                            component.getAnnotatedType().isAnnotationPresent(Nullable.class)));
                }
                try {
                    var constructor = type.getDeclaredConstructor(
                            parts.stream().map(Part::type).toArray(Class<?>[]::new));
                    constructor.setAccessible(true);
                    return new Type(List.copyOf(parts), constructor);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("cannot rebuild " + type, e);
                }
            }
        };
    }

    /// A component.
    private record Part(String name, Class<?> type, Method accessor, boolean nullable) {
        @Nullable
        Object of(Record record) {
            try {
                return accessor.invoke(record);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + name + " of " + record.getClass(), e);
            }
        }
    }

    private Record record(Record record, @Nullable Path path) throws Missing {
        var type = Type.OF.get(record.getClass());
        var values = new @Nullable Object[type.parts().size()];
        boolean same = true;
        for (int i = 0; i < values.length; i++) {
            var part = type.parts().get(i);
            var value = part.of(record);
            values[i] = component(part, value, new Path(path, part.name()));
            same &= values[i] == value;
        }
        if (same) {
            return record;
        }
        try {
            return (Record) type.constructor().newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot rebuild " + record.getClass(), e);
        }
    }

    private @Nullable Object component(Part part, @Nullable Object value, Path path) throws Missing {
        if (!part.nullable()) {
            return value == null ? empty(part.type(), path) : whole(value, path);
        }
        try {
            return value == null ? null : whole(value, path);
        } catch (Missing e) {
            problems.add(e.getMessage() + ": " + path + " is ignored");
            return null;
        }
    }

    private static Object empty(Class<?> type, Path path) throws Missing {
        if (type == String.class) {
            return "";
        }
        if (type == List.class) {
            return List.of();
        }
        if (type == SortedMap.class) {
            return Collections.emptySortedMap();
        }
        throw new Missing(path);
    }

    private Object whole(Object value, Path path) throws Missing {
        return switch (value) {
            // Instants and the like have no gaps; our own records may.
            case Record record -> record(record, path);
            case List<?> list -> list(list, path);
            case SortedMap<?, ?> map -> map(map, path);
            default -> value;
        };
    }

    private List<Object> list(List<?> list, Path path) {
        var kept = new ArrayList<Object>();
        for (int i = 0; i < list.size(); i++) {
            var element = element(list.get(i), new Path(path, i));
            if (element != null) {
                kept.add(element);
            }
        }
        return List.copyOf(kept);
    }

    private SortedMap<Object, Object> map(SortedMap<?, ?> map, Path path) {
        var kept = new TreeMap<Object, Object>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            var element = element(entry.getValue(), new Path(path, entry.getKey()));
            if (element != null) {
                kept.put(entry.getKey(), element);
            }
        }
        return Collections.unmodifiableSortedMap(kept);
    }

    private @Nullable Object element(@Nullable Object value, Path path) {
        try {
            if (value == null) {
                throw new Missing(path);
            }
            return whole(value, path);
        } catch (Missing e) {
            problems.add(e.getMessage() + ": " + path + " is ignored");
            return null;
        }
    }
}
