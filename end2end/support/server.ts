import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '@playwright/test';
import postgres from 'postgres';

export const ADMIN = { account: 'Acme Inc.', email: 'jane.doe@acme.example', password: 'correct horse battery' };

/** Signed-in cookies, as browser contexts and request contexts take them. */
export type SignedIn = Awaited<ReturnType<Awaited<ReturnType<typeof request.newContext>>['storageState']>>;

/** The server under test, with a private PostgreSQL in a folder of its own. */
export class Server {
  /** Everything that it wrote to the terminal so far. */
  output = '';
  /** Of the first admin, once set up. */
  admin: SignedIn = { cookies: [], origins: [] };
  private ended = false;

  private constructor(
    readonly url: string,
    private readonly dataDir: string,
    private readonly process: ChildProcess,
  ) {
    const keep = (text: Buffer) => (this.output += text);
    process.stdout!.on('data', keep);
    process.stderr!.on('data', keep);
    process.once('exit', () => (this.ended = true));
  }

  /** Resolves once it serves and has printed where to go. */
  static async start(): Promise<Server> {
    program();
    const dataDir = await mkdtemp(join(tmpdir(), 'augno-e2e-'));
    // Root cannot run PostgreSQL: the user that does must get in.
    await chmod(dataDir, 0o755);
    const address = `127.0.0.1:${await freePort()}`;
    const server = new Server(`http://${address}`, dataDir, run('serve', '--listen', address, '--data-dir', dataDir));
    try {
      await server.said(/\/setup\?token=\w+/);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** The path and query of the one-time link. */
  get setupPath(): string {
    return this.output.match(/\/setup\?token=\w+/)![0];
  }

  /** Creates the account and its first admin, who is then signed in. */
  async setUp(): Promise<SignedIn> {
    const visitor = await request.newContext({ baseURL: this.url });
    const token = new URL(this.setupPath, this.url).searchParams.get('token')!;
    const answer = await visitor.post('/setup', { form: { token, ...ADMIN } });
    if (!answer.ok()) throw new Error(`set-up answered ${answer.status()}`);
    this.admin = await visitor.storageState();
    await visitor.dispose();
    return this.admin;
  }

  /** Adds a member as an operator does: on the command line, with the password on standard input. */
  async addMember(email: string, role: string, password: string): Promise<void> {
    const command = run('member', 'add', '--email', email, '--role', role, '--data-dir', this.dataDir);
    let said = '';
    command.stdout!.on('data', (text) => (said += text));
    command.stderr!.on('data', (text) => (said += text));
    command.stdin!.end(`${password}\n`);
    const [code] = await once(command, 'exit');
    if (code !== 0) throw new Error(`member add failed: ${said}`);
  }

  /** Runs SQL on the private database: for time that passes, which no page can make happen. */
  async sql(query: string, ...values: string[]): Promise<void> {
    const pid = await readFile(join(await this.clusterDir(), 'postmaster.pid'), 'utf8');
    const host = pid.split('\n')[4];
    const db = postgres({ host, port: 5432, database: 'augno', username: 'augno', max: 1 });
    await db.unsafe(query, values);
    await db.end();
  }

  /** Lets the key reach its expiry. */
  async expire(keyName: string): Promise<void> {
    await this.sql("update api_key set expires_at = now() - interval '1 minute' where name = $1", keyName);
  }

  /** Lets the database die under the server. */
  async stopDatabase(): Promise<void> {
    const pidFile = join(await this.clusterDir(), 'postmaster.pid');
    process.kill(Number((await readFile(pidFile, 'utf8')).split('\n')[0]), 'SIGINT');
    while (existsSync(pidFile)) await sleep(20);
  }

  /** Starts it again as it was; returns when it takes connections. */
  async startDatabase(): Promise<void> {
    const cluster = await this.clusterDir();
    const { uid, gid } = await stat(cluster);
    const [program, ...args] = (await readFile(join(cluster, 'postmaster.opts'), 'utf8')).trim().split(' ');
    const unquoted = args.map((arg) => arg.replace(/^"|"$/g, ''));
    spawn(program, unquoted, { uid, gid, cwd: '/', detached: true, stdio: 'ignore' }).unref();
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.sql('select');
      } catch (error) {
        if (tries === 200) throw error;
        await sleep(50);
      }
    }
  }

  /** As an operator stops it; returns when it and its PostgreSQL have ended. */
  async stop(): Promise<void> {
    if (!this.ended) {
      const exit = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await exit;
    }
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async clusterDir(): Promise<string> {
    const elsewhere = readFile(join(this.dataDir, 'postgres-location'), 'utf8');
    const dir = await elsewhere.then((dir) => dir.trim()).catch(() => this.dataDir);
    return join(dir, 'postgres');
  }

  private async said(what: RegExp): Promise<void> {
    while (!what.test(this.output)) {
      if (this.ended) throw new Error(`the server ended: ${this.output}`);
      await Promise.race([once(this.process.stdout!, 'data'), once(this.process, 'exit')]);
    }
  }
}

/** The program under test, with nothing of its own settings from our environment. */
function run(...args: string[]): ChildProcess {
  const ours = Object.entries(process.env).filter(([name]) => !/^(AUGNO_|DATABASE_URL$)/.test(name));
  return spawn(program(), args, { env: Object.fromEntries(ours), stdio: 'pipe' });
}

function program(): string {
  const path = process.env.AUGNO_SERVER_BIN;
  if (!path) throw new Error('AUGNO_SERVER_BIN is not set: run the tests with `cargo xtask test`');
  return path;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
