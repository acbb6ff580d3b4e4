import assert from "node:assert/strict";
import * as checks from "../../../settings/checks";
import type { Check } from "../../../settings/kinds";

interface Expected {
    check: Check<string>;
    /** What every refusal must say of the setting. */
    demand: RegExp;
    sound: string[];
    wrong: string[];
}

const CHECKS: Record<string, Expected> = {
    "a proxy's range": {
        check: checks.proxyCidrFault,
        demand: /^must (be an address range|be a network address|not be every address)/,
        sound: ["10.0.0.0/8", "fd00::/8", "192.0.2.10/32"],
        wrong: ["0.0.0.0/0", "::/0", "10.0.0.1/8", "all"],
    },
    "an image's tag": {
        check: checks.tagFault,
        demand: /^must be an image tag, is .*; write for example "1\.4\.2"$/,
        sound: ["1.4.2", "v1", "_", "a".repeat(128)],
        wrong: ["", ".1", "-1", "a b", "a/b", "a".repeat(129)],
    },
    "a registry": {
        check: checks.registryFault,
        demand: /^must be the host of a container registry, is .*; write for example "ghcr\.io"$/,
        sound: ["ghcr.io", "a", "localhost:5000", "Registry-1.Example.com:65535", "ab", "10.0.0.5"],
        wrong: ["", "-a", "a-", ".a", "a.", "a:", "a:123456", "a:b", "a:5000/x", "https://ghcr.io", "a_b", " a", "a "],
    },
    "a repository": {
        check: checks.repositoryFault,
        demand: /^must be a path within a container registry, in lower case, is .*; write for example "example\/app"$/,
        sound: ["app", "example/app", "a--b", "a__b/c.d-e"],
        wrong: ["", "/app", "app/", "Example/app", "a b", "!app", "app!", "-a"],
    },
    "a chart": {
        check: checks.chartFault,
        demand: /^must be the name of a chart, an oci:\/\/ reference or the path of a folder or archive, is .*; write for example "oci:\/\/ghcr\.io\/example\/charts\/falco"$/,
        sound: ["falco", "f", "./charts/falco", "/srv/my charts/falco.tgz", "oci://ghcr.io/example/falco"],
        wrong: ["", " falco", "falco ", "https://charts.example.com/falco", "oci://", "oci:// x", "oci://a b", "a\nb"],
    },
    "a chart's repository": {
        check: checks.chartRepositoryFault,
        demand: /^must be the address of a chart repository, is .*; write for example "https:\/\/charts\.example\.com"$/,
        sound: ["https://charts.example.com", "http://charts.local:8080/stable"],
        wrong: [
            "",
            "charts.example.com",
            "oci://ghcr.io/charts",
            "https://",
            "https://a b",
            " https://a",
            "https://a ",
        ],
    },
    "a chart's version": {
        check: checks.chartVersionFault,
        demand: /^must be one exact chart version, not a range, is .*; write for example "4\.15\.1"$/,
        sound: ["4.15.1", "v4.15.10", "17.10.1", "1.0.0-rc.10", "1.0.0+build.10", "1.0.0-alpha-1+b"],
        wrong: [
            "",
            "4",
            "4.15",
            "^4.15.1",
            "~4.15.1",
            "4.x",
            ">=4.15.1",
            "4.15.1 ",
            " 4.15.1",
            "1.0.0-",
            "1.0.0-!",
            "1.0.0+!",
        ],
    },
    "a text": {
        check: checks.textFault,
        demand: /^must be a text that is not empty, is /,
        sound: ["a", " a ", "a\nb"],
        wrong: ["", " ", "\n", "a\0"],
    },
    "a text that may be empty": {
        check: checks.anyTextFault,
        demand: /^must be a text \(without NUL characters\), is /,
        sound: ["", " ", "a\nb"],
        wrong: ["\0", "a\0b"],
    },
    "a file's path": {
        check: checks.filePathFault,
        demand: /^must be the path of a file, is .*; write for example "\.\/kubeconfig"$/,
        sound: ["a", "./kubeconfig", "/home/me/my cluster", " a", "a "],
        wrong: ["", " ", "  ", "\0a", "a\0", "a\0b"],
    },
    "an address": {
        check: checks.addressFault,
        demand: /^must be a DNS name or an IP address, is .*; write for example "10\.0\.0\.5"$/,
        sound: ["10.0.0.5", "fd00::1", "localhost", "db.example.com"],
        wrong: ["", "http://db", "10.0.0.0/8", "a b", "Localhost!"],
    },
};

describe("the check of", () => {
    for (const [title, { check, demand, sound, wrong }] of Object.entries(CHECKS)) {
        it(`${title} lets pass what is sound, and refuses the rest in words that help`, () => {
            for (const text of sound) {
                assert.equal(check(text), undefined, JSON.stringify(text));
            }
            for (const text of wrong) {
                assert.match(check(text) ?? "nothing", demand, JSON.stringify(text));
                assert.ok(check(text)?.includes(`is ${JSON.stringify(text)}`), JSON.stringify(text));
            }
        });
    }

    it("a chart's repository, and of a file, don't show what may be a credential", () => {
        const fault = checks.chartRepositoryFault("https://me:hunter2@charts.example.com");
        assert.match(fault ?? "", /^must hold no credentials/);
        assert.doesNotMatch(fault ?? "", /hunter2/);
        for (const end of ["\n", "\r"]) {
            const pasted = checks.filePathFault(`apiVersion: v1${end}token: hunter2`);
            assert.match(pasted ?? "", /^must be the path of a file, not its content/);
            assert.doesNotMatch(pasted ?? "", /hunter2/);
        }
    });
});
