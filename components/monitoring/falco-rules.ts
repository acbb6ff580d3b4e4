/** Falco rules aimed at the protected namespaces, on top of Falco's own. Pure; no Pulumi import. */
import { AUDIT_RULES_FILE } from "./falco-audit-rules";
import { FILE_RULES } from "./falco-file-rules";
import { apiClients, networkRules } from "./falco-network-rules";
import { PROCESS_RULES } from "./falco-process-rules";

/** Name of the rules file; Falco loads the files of its rules folder in the order of their names. */
export const RULES_FILE = "bulwark-rules.yaml";

/** What the rules are made from; every name is a checked DNS label, so that none can break out of the text. */
export interface RulesInput {
    protectedNamespaceNames: string[];
    /** Namespaces whose pods rightly talk to the API server, for Falco's own rule about that. */
    apiClientNamespaceNames: string[];
    /** Ports that containers of the protected namespaces rightly connect to, inside the cluster or outside. */
    expectedPorts: number[];
}

/**
 * The text of the rules file. The macros `bulwark_expected_…` never hold: a rules file of the user's own, sorted behind
 * this one, replaces them to name what is normal in an application.
 */
export function falcoRules(input: RulesInput): string {
    return [
        namespaces(input.protectedNamespaceNames),
        ...PROCESS_RULES,
        ...FILE_RULES,
        ...networkRules(input.expectedPorts),
        ...(input.apiClientNamespaceNames.length > 0 ? [apiClients(input.apiClientNamespaceNames)] : []),
    ].join("\n");
}

/** What is wrong with the names of further rules files, or undefined. */
export function rulesFileNamesFault(files: Record<string, string>): string | undefined {
    for (const fileName of Object.keys(files)) {
        if (!/^[a-z0-9][a-z0-9._-]*\.ya?ml$/.test(fileName)) {
            return `must name files that end in ".yaml" or ".yml", is ${JSON.stringify(fileName)}; Falco loads no others`;
        }
        if ([RULES_FILE, AUDIT_RULES_FILE].includes(fileName)) {
            return `must not replace Bulwark's own file "${fileName}"; write for example "my-rules.yaml"`;
        }
    }
    return undefined;
}

function namespaces(names: string[]): string {
    return `- list: bulwark_namespaces
  items: [${names.map((name) => `"${name}"`).join(", ")}]

- macro: bulwark_protected
  condition: (container and k8s.ns.name in (bulwark_namespaces))
`;
}
