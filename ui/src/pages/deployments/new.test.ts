import { expect, test } from 'vitest';
import { nameOfImage, portLines } from './new';

test('a name follows from the image', () => {
  expect(nameOfImage('ghcr.io/acme/Web_App:1.2')).toBe('web_app');
  expect(nameOfImage('nginx')).toBe('nginx');
  expect(nameOfImage('localhost:5000/x@sha256:abc')).toBe('x');
  expect(nameOfImage('')).toBe('');
});

test('ports become the lines of the config, what is none is refused', () => {
  expect(portLines('8080:80, 127.0.0.1:53:53/udp')).toBe('  8080: 80\n  127.0.0.1:53: 53/udp\n');
  expect(portLines('')).toBe('');
  expect(portLines('8080')).toBeNull();
  expect(portLines('a:b')).toBeNull();
});
