import { describe, expect, it } from 'vitest';
import { parseTillOptions } from './till-options.ts';

const env = { XDG_DATA_HOME: '/xdg' };

describe('the command line of the till', () => {
  it('needs nothing: it finds its own shell, data folder and host', () => {
    expect(parseTillOptions([], env)).toMatchObject({
      kind: 'options',
      options: {
        shell: 'auto',
        dataDir: '/xdg/holdfast',
        host: { host: '127.0.0.1', port: 8583 },
        port: undefined,
        demo: false,
      },
    });
  });

  it('keeps the demo in a folder of its own', () => {
    expect(parseTillOptions(['--demo'], env)).toMatchObject({
      options: { dataDir: '/xdg/holdfast/demo', demo: true },
    });
  });

  it('ignores an XDG_DATA_HOME that is not absolute, as the XDG rules say', () => {
    const parsed = parseTillOptions([], { XDG_DATA_HOME: 'relative' });
    expect(parsed.kind === 'options' && parsed.options.dataDir).toMatch(/\/\.local\/share\/holdfast$/);
  });

  it.each([
    ['10.0.0.7:9000', { host: '10.0.0.7', port: 9000 }],
    ['[::1]:8583', { host: '::1', port: 8583 }],
  ])('reads the host %s', (text, host) => {
    expect(parseTillOptions(['--host', text], env)).toMatchObject({ options: { host } });
  });

  it('takes the PEM files of a link over TLS', () => {
    const args = ['--tls-ca', '/etc/ca.pem', '--tls-cert', '/etc/c.pem', '--tls-key', '/etc/k.pem'];
    expect(parseTillOptions([...args, '--tls-server-name', 'host.example'], env)).toMatchObject({
      options: {
        host: {
          tls: {
            caFile: '/etc/ca.pem',
            certFile: '/etc/c.pem',
            keyFile: '/etc/k.pem',
            serverName: 'host.example',
          },
        },
      },
    });
  });

  it.each([
    [['--tls-cert', 'c.pem', '--tls-key', 'k.pem'], /need --tls-ca/],
    [['--tls-ca', 'ca.pem', '--tls-key', 'k.pem'], /go together/],
    [['--demo', '--tls-ca', 'ca.pem'], /leave out --tls-\*/],
    [['--shell', 'tty'], /--shell is one of auto, electron, browser, none, not tty/],
    [['--locale', 'fr'], /--locale is one of zh-CN, en, not fr/],
    [['--host', 'somewhere'], /--host is HOST:PORT/],
    [['--host', 'somewhere:0'], /--host is HOST:PORT/],
    [['--port', '65536'], /--port is a number from 0 to 65535/],
    [['--port', '-1'], /--port/],
    [['--demo', '--host', 'a:1'], /leave out --host/],
    [['--colour'], /Unknown option '--colour'/],
    [['extra'], /Unexpected argument 'extra'/],
  ])('says in one line what is wrong with %j', (args, words) => {
    const parsed = parseTillOptions(args, env);
    expect(parsed).toMatchObject({ kind: 'wrong', problem: expect.stringMatching(words) });
    expect(parsed.kind === 'wrong' && parsed.problem).not.toContain('\n');
  });
});
