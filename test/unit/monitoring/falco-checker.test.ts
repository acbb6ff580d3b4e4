/** The checks of rules find what Falco would: one planted fault of each kind. */
import { strict as assert } from "node:assert";
import { rulesFaults } from "./support/falco-checker";
import { parseCondition } from "./support/falco-grammar";

const RULE = `- list: mine
  items: [a, b]

- macro: calm
  condition: (proc.name in (mine))

- rule: Something
  desc: Something was done.
  condition: spawned_process and not calm
  output: Something | command=%proc.cmdline
  priority: WARNING
  tags: [bulwark]
`;

describe("the check of Falco rules", () => {
    it("finds nothing in sound rules", () => {
        assert.deepEqual(rulesFaults(RULE, "syscall"), []);
    });

    const planted: [string, string | RegExp, string, string[]][] = [
        [
            "a macro that isn't there",
            "not calm",
            "not clam",
            ['Something: there is no macro "clam" before it', "calm: is never used"],
        ],
        [
            "a list that isn't there",
            "(mine)",
            "(my_list)",
            ['calm: there is no list "my_list" before it', "mine: is never used"],
        ],
        ["an unknown field", "proc.name", "proc.nam", ['calm: there is no field "proc.nam"']],
        ["a field of other events", "proc.name", "ka.verb", ['calm: there is no field "ka.verb"']],
        ["a priority that Falco doesn't have", "WARNING", "WARN", ['Something: "WARN" is no priority']],
        [
            "an unknown field in the output",
            "%proc.cmdline",
            "%proc.cmd",
            ['Something: the output has the unknown field "proc.cmd"'],
        ],
        [
            "a percent sign in the output",
            "command=",
            "100% command=",
            ['Something: the output has the unknown field ""'],
        ],
        [
            "a parenthesis that is not closed",
            "(mine))",
            "(mine)",
            ['calm: expected ")" at 20: …', "mine: is never used"],
        ],
        ["a rule without an output", / {2}output.*\n/, "", ["Something: has no output"]],
        ["a rule for other events", "  tags", "  source: k8s_audit\n  tags", ["Something: is for events of k8s_audit"]],
        [
            "a macro that is defined too late",
            /- macro: calm\n.*\n\n([\s\S]*)/,
            "$1\n- macro: calm\n  condition: (proc.name in (mine))\n",
            ['Something: there is no macro "calm" before it'],
        ],
        [
            "a macro of Falco's own, without an override",
            "macro: calm",
            "macro: outbound",
            ["outbound: is there already, and this is no override", 'Something: there is no macro "calm" before it'],
        ],
        [
            "an override of nothing",
            "(mine))",
            "(mine))\n  override: {condition: replace}",
            ["calm: overrides what isn't there"],
        ],
        [
            "a way to override that Falco doesn't have",
            "macro: calm\n  condition: (proc.name in (mine))",
            "macro: outbound\n  condition: (proc.name in (mine))\n  override: {condition: add}\n\n- macro: calm\n  condition: (evt.num=0)",
            ['outbound: "add" is no way to override'],
        ],
    ];
    for (const [what, from, to, faults] of planted) {
        it(`finds ${what}`, () => {
            const text = RULE.replace(from, to);
            assert.notEqual(text, RULE);
            assert.deepEqual(rulesFaults(text, "syscall"), faults);
        });
    }
});

describe("the grammar of conditions", () => {
    const wrong = [
        "proc.name",
        "proc.name = a b",
        "proc.name in (a,)",
        "proc.name in (a b)",
        "proc.name is a",
        "fd.sport > many",
        "(container",
        "container)",
        "container and",
        "container and or container",
        "not",
        "",
        "a = b",
    ];
    for (const text of wrong) {
        it(`refuses ${JSON.stringify(text)}`, () => {
            assert.throws(() => parseCondition(text), SyntaxError);
        });
    }

    it("knows that `and` binds closer than `or`, and `not` closest", () => {
        const name = (each: string) => ({ kind: "macro", name: each });
        assert.deepEqual(parseCondition("not a and b or c"), {
            kind: "or",
            parts: [{ kind: "and", parts: [{ kind: "not", part: name("a") }, name("b")] }, name("c")],
        });
    });

    it("takes comparisons of every kind", () => {
        const texts = [
            "proc.name in (mine)",
            "proc.name in mine",
            "proc.name in ()",
            'proc.name startswith "runc:["',
            "proc.name = 'a b'",
            "fd.sport >= 1024",
            "ka.uri.param[command] exists",
            "not(container)",
            "fd.typechar='f'",
        ];
        for (const text of texts) {
            parseCondition(text);
        }
    });
});
