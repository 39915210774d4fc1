"""Our Noise against the published vector, and against an independent implementation."""

from __future__ import annotations

import pytest
from noise.connection import Keypair as PeerKeypair
from noise.connection import NoiseConnection

from monitor.link.keys import generate
from monitor.link.noise import PROTOCOL_NAME, Established, HandshakeState, NoiseError

# The vector of Noise_XX_25519_ChaChaPoly_SHA256 that the Go implementation (flynn/noise) publishes.
INIT_STATIC = bytes(range(0x20))
RESP_STATIC = bytes(range(0x01, 0x21))
INIT_EPHEMERAL = bytes(range(0x20, 0x40))
RESP_EPHEMERAL = bytes(range(0x41, 0x61))
MESSAGES = (
    "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254",
    (
        "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d484663414af878d3e46a2f58911a816d6e834"
        "6d4ea17a6f2a0bb4ef4ed56c133cff4560a34e36ea82109f26cf2e5a5caf992b608d55c747f615e5a3425a7a19eefb8f"
    ),
    (
        "87f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d97e5ea11b16f3968710b23a3be3202dc1"
        "b5e1ce3c963347491e74f5c0768a9b42"
    ),
)
FORTH = (b"yellowsubmarine", "a52ef02ba60e12696d1d6b9ef4245c88fca757b6134ad6e76b56e310a6adf6")
BACK = (b"submarineyellow", "2445aa438ebd649281c636cc7269ca82f1d9023d72520943aeabf909cdf521")


def both(**prologues: bytes) -> tuple[HandshakeState, HandshakeState]:
    one = HandshakeState(
        initiator=True, static=generate().private, prologue=prologues.get("one", b"")
    )
    other = HandshakeState(
        initiator=False, static=generate().private, prologue=prologues.get("other", b"")
    )
    return one, other


def shake(one: HandshakeState, other: HandshakeState) -> tuple[Established, Established]:
    other.read(one.write())
    one.read(other.write())
    other.read(one.write())
    return one.established(), other.established()


def shake_with_a_flipped_bit(message: int, position: int) -> None:
    one, other = both()
    for number, (speaker, listener) in enumerate([(one, other), (other, one), (one, other)]):
        said = bytearray(speaker.write())
        if number == message:
            said[position % len(said)] ^= 0x40
        listener.read(bytes(said))
    one.established().receiving.decrypt(other.established().sending.encrypt(b"x"))


def test_the_published_vector_comes_out_byte_for_byte() -> None:
    one = HandshakeState(initiator=True, static=INIT_STATIC, ephemeral=INIT_EPHEMERAL)
    other = HandshakeState(initiator=False, static=RESP_STATIC, ephemeral=RESP_EPHEMERAL)
    assert one.write().hex() == MESSAGES[0]
    other.read(bytes.fromhex(MESSAGES[0]))
    assert other.write().hex() == MESSAGES[1]
    one.read(bytes.fromhex(MESSAGES[1]))
    assert one.write().hex() == MESSAGES[2]
    other.read(bytes.fromhex(MESSAGES[2]))
    ours, theirs = one.established(), other.established()
    assert ours.handshake_hash == theirs.handshake_hash
    assert ours.sending.encrypt(FORTH[0]).hex() == FORTH[1]
    assert theirs.receiving.decrypt(bytes.fromhex(FORTH[1])) == FORTH[0]
    assert theirs.sending.encrypt(BACK[0]).hex() == BACK[1]
    assert ours.receiving.decrypt(bytes.fromhex(BACK[1])) == BACK[0]


@pytest.mark.parametrize("we_dial", [True, False])
def test_an_independent_implementation_understands_us_in_both_roles(*, we_dial: bool) -> None:
    mine, theirs = generate(), generate()
    us = HandshakeState(initiator=we_dial, static=mine.private, prologue=b"both say this")
    them = NoiseConnection.from_name(PROTOCOL_NAME)
    them.set_as_responder() if we_dial else them.set_as_initiator()
    them.set_keypair_from_private_bytes(PeerKeypair.STATIC, theirs.private)
    them.set_prologue(b"both say this")
    them.start_handshake()
    payloads = [b"", b"second payload", b"third payload"]
    while not us.finished:
        payload = payloads.pop(0)
        if us.my_turn:
            assert them.read_message(us.write(payload)) == payload
        else:
            assert us.read(bytes(them.write_message(payload))) == payload
    assert them.handshake_finished
    established = us.established()
    assert established.peer_key == theirs.public
    assert established.handshake_hash == them.get_handshake_hash()
    for number in range(5):
        text = b"message %d" % number
        assert them.decrypt(established.sending.encrypt(text)) == text
        assert established.receiving.decrypt(bytes(them.encrypt(text))) == text


def test_each_side_learns_the_others_static_key() -> None:
    mine, theirs = generate(), generate()
    one = HandshakeState(initiator=True, static=mine.private)
    other = HandshakeState(initiator=False, static=theirs.private)
    ours, their_view = shake(one, other)
    assert ours.peer_key == theirs.public
    assert their_view.peer_key == mine.public


def test_different_prologues_do_not_come_together() -> None:
    one, other = both(one=b"protocol 1", other=b"protocol 2")
    other.read(one.write())
    with pytest.raises(NoiseError):
        one.read(other.write())


@pytest.mark.parametrize("message", [0, 1, 2])
def test_a_flipped_bit_anywhere_in_the_handshake_is_noticed(message: int) -> None:
    for position in range(0, 96, 7):
        with pytest.raises(NoiseError):
            shake_with_a_flipped_bit(message, position)


def test_altered_repeated_and_reordered_messages_are_refused() -> None:
    ours, theirs = shake(*both())
    first, second = ours.sending.encrypt(b"first"), ours.sending.encrypt(b"second")
    with pytest.raises(NoiseError):
        theirs.receiving.decrypt(second)
    assert theirs.receiving.decrypt(first) == b"first"
    with pytest.raises(NoiseError):
        theirs.receiving.decrypt(first)
    with pytest.raises(NoiseError):
        theirs.receiving.decrypt(second[:-1] + bytes([second[-1] ^ 1]))
    with pytest.raises(NoiseError):
        theirs.receiving.decrypt(b"short")


def test_a_key_of_small_order_is_refused() -> None:
    _, other = both()
    other.read(bytes(32))
    with pytest.raises(NoiseError):
        other.write()


def test_speaking_out_of_turn_or_too_early_is_an_error() -> None:
    one, other = both()
    with pytest.raises(NoiseError):
        other.write()
    with pytest.raises(NoiseError):
        one.read(b"x" * 32)
    with pytest.raises(NoiseError):
        one.established()
    with pytest.raises(NoiseError):
        other.read(b"too short")
