import { SecureApplication } from "../../../components/index";
import { parseSettings } from "../../../settings";
import { stackSettings } from "../../../settings/table";
import { freePort } from "./free-port";
import { type Registration, record } from "./recorder";

type Group = Record<string, unknown>;

/** What the program registers for a stack of this repository, with other settings over the stack's. */
export async function stackProgram(stack: string, changes: Group = {}): Promise<Registration[]> {
    // The tunnel listens while the program runs; nobody connects.
    const database = { tunnel: { localPort: await freePort() } };
    const settings = [{ database }, changes].reduce<Group>(merged, stackSettings(stack));
    return record(() => new SecureApplication("bulwark", parseSettings(settings)));
}

function merged(under: Group, over: Group): Group {
    const members = Object.entries(over).map(([key, value]) => {
        const before = under[key];
        return [key, isGroup(before) && isGroup(value) ? merged(before, value) : value];
    });
    return { ...under, ...Object.fromEntries(members) };
}

function isGroup(value: unknown): value is Group {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
