/** Which inputs of a resource can't change without replacing it, or are what others know it by. Pure. */
import { KINDS } from "../../../sandbox/providers/kubernetes/kinds";
import type { Registration } from "../../unit/support/recorder";

const IDENTITY = ["metadata.name", "metadata.namespace"];
const EVERY = "*";

/** Refuses an update that would leave data behind, by its inputs. */
export const GUARD = "bulwark:index:DataGuard";

/** By the beginning of the type. The providers' stand-ins replace for the same. */
const FIXED: Record<string, string[]> = {
    ...Object.fromEntries(KINDS.map(({ token, replaceOn }) => [token, [...IDENTITY, ...replaceOn]])),
    "kubernetes:helm.sh/v3:Release": ["name", "namespace"],
    "postgresql:index/role:Role": ["name"],
    "postgresql:index/database:Database": ["name", "template", "encoding", "lcCollate", "lcCtype"],
    "postgresql:index/grant:Grant": ["role", "database", "objectType", "schema", "objects"],
    "postgresql:index/defaultPrivileges:DefaultPrivileges": ["role", "database", "objectType", "schema", "owner"],
    "random:": [EVERY],
    "tls:": [EVERY],
    [GUARD]: [EVERY],
};

/** Not a reason to make a certificate anew. */
const FREE = ["earlyRenewalHours"];

/** What can't change on a resource. */
export function fixedInputs({ type, inputs, secretInputs }: Registration): Record<string, unknown> {
    const paths = Object.entries(FIXED).find(
        ([start]) => type === start || (/:$/.test(start) && type.startsWith(start)),
    );
    const shown = Object.keys(inputs).filter((key) => !secretInputs.includes(key) && !FREE.includes(key));
    const named = (paths?.[1] ?? []).flatMap((each) => (each === EVERY ? shown : [each]));
    const entries = named
        .filter((each) => shown.includes(each.split(".")[0] ?? ""))
        .map((each) => [each, each.split(".").reduce<unknown>(member, inputs)]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function member(value: unknown, key: string): unknown {
    return (value as Record<string, unknown> | undefined)?.[key];
}
