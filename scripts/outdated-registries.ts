/** What versions there are of what npm and Go don't know: charts in repositories, images and artifacts in registries. */
import { parse } from "yaml";

const SECONDS = 20;

/** The versions of a chart in a chart repository. */
export async function chartVersions(repository: string, chart: string): Promise<string[]> {
    const text = await (await answer(`${repository.replace(/\/$/, "")}/index.yaml`)).text();
    const { entries = {} } = parse(text) as { entries?: Record<string, { version: string }[]> };
    return (entries[chart] ?? []).map(({ version }) => version);
}

/** The tags of an image or artifact in a registry; one that asks who is there gets nobody's token. */
export async function imageTags(registry: string, repository: string): Promise<string[]> {
    const url = `https://${registry}/v2/${repository}/tags/list`;
    const first = await fetch(url, { signal: AbortSignal.timeout(SECONDS * 1_000) });
    const challenge = first.status === 401 ? first.headers.get("www-authenticate") : null;
    const list = challenge ? await answer(url, `Bearer ${await anonymousToken(challenge)}`) : sound(first);
    return ((await list.json()) as { tags?: string[] }).tags ?? [];
}

async function anonymousToken(challenge: string): Promise<string> {
    const parts = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    const { realm = "", ...query } = parts;
    const found = (await (await answer(`${realm}?${new URLSearchParams(query)}`)).json()) as Record<string, string>;
    return found.token ?? found.access_token ?? "";
}

async function answer(url: string, authorization?: string): Promise<Response> {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    return sound(await fetch(url, { headers, signal: AbortSignal.timeout(SECONDS * 1_000) }));
}

function sound(response: Response): Response {
    if (!response.ok) {
        throw new Error(`${new URL(response.url).host} answers ${response.status}`);
    }
    return response;
}
