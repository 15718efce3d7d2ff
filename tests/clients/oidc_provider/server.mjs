// An OpenID provider for the tests: node-oidc-provider with one client and people by name.
// node server.mjs PORT CONFIGURATION.json; POST /groups/PERSON sets the groups of a person.
import http from 'node:http';
import { readFileSync } from 'node:fs';
import Provider from 'oidc-provider';

const [port, file] = process.argv.slice(2);
const { client, people } = JSON.parse(readFileSync(file, 'utf8'));
const groups = new Map(Object.entries(people));
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [client],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
  features: {
    backchannelLogout: { enabled: true },
    devInteractions: { enabled: true },
    rpInitiatedLogout: {
      // Plain, without fonts from elsewhere.
      logoutSource: (ctx, form) => {
        ctx.body = `<!DOCTYPE html><title>Logout</title>${form}
          <button type="submit" form="op.logoutForm" value="yes" name="logout">Sign out</button>`;
      },
    },
  },
  // Each refresh token is good once.
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  ttl: { AccessToken: 300, RefreshToken: 3600, Session: 3600, Grant: 3600, Interaction: 600, IdToken: 300 },
  // Asked once, by signing in: the client is the tests' own.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
  findAccount: (ctx, id) => (groups.has(id) ? {
    accountId: id,
    claims: () => ({ sub: id, name: `Person ${id}`, preferred_username: id, groups: groups.get(id) }),
  } : undefined),
  // The logout token goes to the tests' own server on this machine.
  fetch: (url, options) => globalThis.fetch(url, { ...options, dispatcher: undefined }),
});

const answer = provider.callback();
http.createServer((request, response) => {
  const name = request.method === 'POST' && request.url.match(/^\/groups\/(\w+)$/)?.[1];
  if (!name) {
    answer(request, response);
    return;
  }
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    groups.set(name, JSON.parse(Buffer.concat(parts).toString()));
    response.writeHead(204).end();
  });
}).listen(Number(port), '127.0.0.1');
