// The certified provider as a judge of our relying party: two issuers, one with the
// rules of NHS login, one with those of CIS2. A Go test (handlers/signin) starts
// this, says on standard input which clients there are, and reads the issuers'
// addresses from standard output. "rotate" on standard input changes the keys.
import { createServer } from 'node:http';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const conf = JSON.parse((await lines.next()).value);

/** A new signing key of one algorithm. */
function key(alg) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: randomUUID() };
}

/** One issuer on a server of its own; build makes it anew, with new keys. */
async function issuer(side) {
  let handle;
  const server = createServer((req, res) => handle(req, res));
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${server.address().port}`;
  const build = () => {
    const provider = new Provider(url, {
      clients: [side.client],
      jwks: { keys: [key(side.alg)] },
      cookies: { keys: [randomUUID()] },
      scopes: ['openid', ...Object.keys(side.claims).filter((scope) => scope !== 'openid')],
      claims: { acr: null, auth_time: null, sid: null, iss: null, ...Object.fromEntries(Object.entries(side.claims).map(([scope, claims]) => [scope, Object.keys(claims)])), openid: ['sub', ...Object.keys(side.claims.openid)] },
      conformIdTokenClaims: false,
      extraParams: ['vtr'],
      acrValues: ['AAL2_OR_AAL3_ANY', 'AAL3_ANY'],
      pkce: { required: () => true },
      responseTypes: ['code'],
      enabledJWA: { idTokenSigningAlgValues: ['RS256', 'RS512'], clientAuthSigningAlgValues: ['RS512', 'ES256'] },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: { enabled: true },
        userinfo: { enabled: true },
      },
      // Its guard against addresses of one's own machine would keep the logout token from a portal under test.
      fetch: (address, { dispatcher, ...options }) => globalThis.fetch(address, options),
      interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
      // Everybody is one person, and agrees to everything that was asked for.
      findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, ...Object.assign({}, ...Object.values(side.claims)), ...(side.vtm ? { vtm: `${url}/trustmark` } : {}) }) }),
      async loadExistingGrant(ctx) {
        const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
        grant.addOIDCScope(ctx.oidc.params.scope);
        await grant.save();
        return grant;
      },
    });
    provider.on('server_error', (_ctx, err) => process.stderr.write(`${err.stack}\n`));
    provider.on('authorization.error', (_ctx, err) => process.stderr.write(`authorization: ${err.message} ${err.error_description ?? ''}\n`));
    provider.on('grant.error', (_ctx, err) => process.stderr.write(`grant: ${err.message} ${err.error_description ?? ''} ${err.error_detail ?? ''}\n`));
    provider.on('backchannel.error', (_ctx, err) => process.stderr.write(`back channel: ${err.message}\n`));
    const callback = provider.callback();
    handle = async (req, res) => {
      if (req.url.startsWith('/interaction/')) {
        await provider.interactionFinished(req, res, { login: { accountId: side.subject, acr: side.acr } });
        return;
      }
      await callback(req, res);
    };
  };
  build();
  return { url, build };
}

const sides = {};
for (const name of Object.keys(conf)) sides[name] = await issuer(conf[name]);
process.stdout.write(`${JSON.stringify(Object.fromEntries(Object.entries(sides).map(([name, side]) => [name, side.url])))}\n`);
for await (const line of lines) {
  if (line === 'rotate') {
    for (const side of Object.values(sides)) side.build();
    process.stdout.write('"rotated"\n');
  }
}
process.exit(0); // the test that started this is gone
