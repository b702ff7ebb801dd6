package com.example.engine;

import static com.dashjoin.jsonata.Jsonata.jsonata;

import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.Jsonata.Fn1;
import com.dashjoin.jsonata.Jsonata.Frame;
import com.dashjoin.jsonata.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluates JSONata. Each line of the input is {"expression", "variables"}; the answer is one line
 * {"value" or "error", "steps", "depth", "nesting"}. An expression that gives nothing has neither value nor error.
 */
public final class Engine {
    /** Deep enough for an expression that is far beyond what is allowed. */
    private static final long STACK_BYTES = 1L << 29;

    private final Map<String, Jsonata> compiled = new HashMap<>();

    public static void main(String[] args) throws InterruptedException {
        Thread thread = new Thread(null, new Engine()::run, "engine", STACK_BYTES);
        thread.start();
        thread.join();
    }

    private void run() {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream output = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        try {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                output.println(toJson(answer((Map<?, ?>) Json.parseJson(line))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        output.flush();
    }

    private Map<String, Object> answer(Map<?, ?> request) {
        Map<String, Object> answer = new LinkedHashMap<>();
        Work work = new Work();
        try {
            Jsonata expression = compiled.computeIfAbsent((String) request.get("expression"), Engine::compile);
            Frame frame = expression.createFrame();
            ((Map<?, ?>) request.get("variables")).forEach((name, value) -> frame.bind((String) name, withNulls(value)));
            work.observe(frame);
            Object value = expression.evaluate(null, frame);
            if (value != null) {
                answer.put("value", plain(value));
            }
        } catch (RuntimeException | StackOverflowError e) {
            answer.put("error", String.valueOf(e.getMessage() == null ? e : e.getMessage()));
        }
        answer.put("steps", work.steps);
        answer.put("depth", work.deepest);
        answer.put("nesting", work.mostNested);
        return answer;
    }

    private static Jsonata compile(String text) {
        Jsonata expression = jsonata(text);
        expression.setOutputConvertNulls(false);
        // what Step Functions adds to JSONata, as far as it is used
        Fn1<String, Object> parse = (json) -> withNulls(Json.parseJson(json));
        expression.registerFunction("parse", parse);
        return expression;
    }

    /** The engine takes a Java null for undefined. */
    private static Object withNulls(Object value) {
        if (value == null) {
            return Jsonata.NULL_VALUE;
        }
        if (value instanceof List) {
            List<Object> copy = new ArrayList<>();
            ((List<?>) value).forEach((element) -> copy.add(withNulls(element)));
            return copy;
        }
        if (value instanceof Map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((key, member) -> copy.put(key, withNulls(member)));
            return copy;
        }
        return value;
    }

    /** A result as JSON has it; fails on functions and on numbers that JSON does not have. */
    private static Object plain(Object value) {
        if (value == null || value == Jsonata.NULL_VALUE) {
            return null;
        }
        if (value instanceof List) {
            List<Object> copy = new ArrayList<>();
            ((List<?>) value).forEach((element) -> copy.add(plain(element)));
            return copy;
        }
        if (value instanceof Map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((key, member) -> copy.put(key, plain(member)));
            return copy;
        }
        if (value instanceof Number && !Double.isFinite(((Number) value).doubleValue())) {
            throw new IllegalStateException("the result has a number that is not finite");
        }
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        throw new IllegalStateException("the result has a value of type " + value.getClass().getSimpleName());
    }

    private static String toJson(Object value) {
        StringBuilder text = new StringBuilder();
        write(value, text);
        return text.toString();
    }

    private static void write(Object value, StringBuilder text) {
        if (value instanceof Map) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                text.append(separator);
                write(entry.getKey(), text);
                text.append(':');
                write(entry.getValue(), text);
                separator = ",";
            }
            text.append(separator.equals("{") ? "{}" : "}");
        } else if (value instanceof List) {
            String separator = "[";
            for (Object element : (List<?>) value) {
                text.append(separator);
                write(element, text);
                separator = ",";
            }
            text.append(separator.equals("[") ? "[]" : "]");
        } else if (value instanceof String) {
            text.append('"');
            for (char character : ((String) value).toCharArray()) {
                if (character < ' ' || character == '"' || character == '\\' || Character.isSurrogate(character)) {
                    text.append(String.format("\\u%04x", (int) character));
                } else {
                    text.append(character);
                }
            }
            text.append('"');
        } else {
            text.append(value);
        }
    }

    /** How much work an evaluation is. */
    private static final class Work {
        private int steps;
        /** As the engine's own bound on recursion counts it, which is not the nesting: see Timebox. */
        private int depth;
        private int deepest;
        private int nesting;
        private int mostNested;

        private void observe(Frame frame) {
            frame.setEvaluateEntryCallback((node, input, environment) -> {
                steps++;
                mostNested = Math.max(mostNested, ++nesting);
                if (!environment.isParallelCall) {
                    deepest = Math.max(deepest, ++depth);
                }
            });
            frame.setEvaluateExitCallback((node, input, environment, result) -> {
                nesting--;
                if (!environment.isParallelCall) {
                    depth--;
                }
            });
        }
    }
}
