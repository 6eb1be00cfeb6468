package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonPathTest {
    private static final JsonNode LIST = JsonMapper.shared().readTree("""
            {"kind": "List", "items": [
              {"metadata": {"name": "ada", "labels": {"x.y": "dotted", "team": "core"}}, "restarts": 3, "ok": true,
               "conditions": [{"type": "Ready", "status": "True"}, {"type": "Stalled", "status": "False"}]},
              {"metadata": {"name": "bob", "labels": {}}, "restarts": 0, "ok": false,
               "conditions": [{"type": "Ready", "status": "False"}]}]}
            """);

    private static String print(String template) {
        return JsonPath.parse(template).print(LIST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{.kind}                                                   | List",
                ".kind                                                     | List",
                "kind                                                      | List",
                "{$.kind}                                                  | List",
                "{@.kind}                                                  | List",
                "{.items[0].metadata.name}                                 | ada",
                "{.items[-1].metadata.name}                                | bob",
                "{.items[*].metadata.name}                                 | ada bob",
                "{.items[:].metadata.name}                                 | ada bob",
                "{.items[1:2].metadata.name}                               | bob",
                "{.items[:-1].metadata.name}                               | ada",
                "{.items[::2].metadata.name}                               | ada",
                "{.items[0,1].metadata.name}                               | ada bob",
                "{.items[0].metadata.labels['x.y']}                        | dotted",
                "{.items[0].metadata.labels[\"x.y\"]}                      | dotted",
                "{.items[0].metadata.labels['x\\.y']}                      | dotted",
                "{.items[0].metadata.labels.x\\.y}                         | dotted",
                "{.items[0]['metadata']['name']}                           | ada",
                "{.items[0].metadata.labels.*}                             | dotted core",
                "{..name}                                                  | ada bob",
                "{..['name']}                                              | ada bob",
                "{.items[?(@.restarts>1)].metadata.name}                   | ada",
                "{.items[?(@.restarts<=0)].metadata.name}                  | bob",
                "{.items[?(@.ok==true)].metadata.name}                     | ada",
                "{.items[?(@.metadata.name!=\"ada\")].metadata.name}       | bob",
                "{.items[?(@.metadata.labels.team)].metadata.name}         | ada",
                "{.items[0].conditions[?(@.type=='Ready')].status}         | True",
                "{.items[*].conditions[?(@.type==\"Ready\")].status}       | True False",
                "name: {.items[0].metadata.name}!                          | name: ada!",
                "{.items[0].metadata.labels}                               | {\"team\":\"core\",\"x.y\":\"dotted\"}",
                "{.items[0].restarts}/{.items[0].ok}                       | 3/true",
                "<{.items[0].nothing.below.that}>                          | <>",
                "<{.items[*].metadata.labels.team}>                        | <core>",
                "{range .items[*]}{.metadata.name}={.restarts};{end}       | ada=3;bob=0;",
                "{range .items[*]}{range .conditions[*]}{.type},{end}{end} | Ready,Stalled,Ready,",
                "{'}'}{\"{\"}                                              | }{",
            })
    void a_template_prints_what_kubectl_prints(String template, String expected) {
        assertEquals(expected, print(template));
    }

    @Test
    void quoted_text_may_hold_newlines_and_tabs() {
        assertEquals(
                "ada\t3\nbob\t0\n",
                print("{range .items[*]}{.metadata.name}{\"\\t\"}{.restarts}{\"\\n\"}{end}"));
        assertEquals("List\nList", print("{.kind}\n{.kind}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{.items            | error parsing jsonpath {.items, unclosed action",
                "{.items[0}         | error parsing jsonpath .items[0, unterminated array",
                "{.items[x]}        | error parsing jsonpath .items[x], invalid array index x",
                "{range .items[*]}x | error parsing jsonpath {range .items[*]}x, {range} without {end}",
                "x{end}             | error parsing jsonpath x{end}, {end} without {range}",
                "{....a}            | error parsing jsonpath ....a, invalid multiple recursive descent",
                "{.items[9]}        | array index out of bounds: index 9, length 2",
                "{.kind[0]}         | string is not array or slice",
            })
    void what_cannot_be_understood_is_said(String template, String error) {
        assertEquals(error, assertThrows(IllegalArgumentException.class, () -> print(template)).getMessage());
    }

    @Test
    void results_can_be_found_without_printing_them() {
        var values = JsonPath.parse("{.items[*].restarts}").find(LIST);
        assertEquals("[3, 0]", values.toString());
    }
}
