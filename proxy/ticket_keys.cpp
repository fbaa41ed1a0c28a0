#include "proxy/ticket_keys.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace sluice {
namespace {

static_assert(sizeof(TicketKeys::Secret) == crypto_kdf_KEYBYTES);

// What is derived from the secret, each under a name of its own (crypto_kdf's context).
constexpr char for_process[] = "tkt.proc", for_keys[] = "tkt.keys";
static_assert(sizeof for_process - 1 == crypto_kdf_CONTEXTBYTES);
static_assert(sizeof for_keys - 1 == crypto_kdf_CONTEXTBYTES);

std::chrono::seconds wall_clock() noexcept {
  return std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
}

TicketKeys::Secret random_secret() {
  if (sodium_init() < 0) throw std::bad_alloc();
  TicketKeys::Secret secret;
  randombytes_buf(secret.data(), secret.size());
  return secret;
}

}  // namespace

TicketKeys::TicketKeys(const Secret& secret, Now now) noexcept : secret_(secret), now_(now) {
  std::array<unsigned char, crypto_kdf_BYTES_MIN> derived;
  crypto_kdf_derive_from_key(derived.data(), derived.size(), 0, for_process, secret_.data());
  std::copy_n(derived.begin(), process_.size(), process_.begin());
}

const TicketKeys& TicketKeys::of_process() {
  static const TicketKeys keys(random_secret(), wall_clock);
  return keys;
}

std::uint64_t TicketKeys::turn() const noexcept {
  return static_cast<std::uint64_t>(now_() / lifetime);
}

TicketKeys::Name TicketKeys::name_of(std::uint64_t turn) const noexcept {
  Name name;
  std::copy(process_.begin(), process_.end(), name.begin());
  std::memcpy(name.data() + process_.size(), &turn, sizeof turn);
  return name;
}

TicketKeys::Key TicketKeys::derive(std::uint64_t turn) const noexcept {
  std::array<unsigned char, 2 * sizeof(Bytes)> derived;
  static_assert(sizeof derived <= crypto_kdf_BYTES_MAX);
  crypto_kdf_derive_from_key(derived.data(), derived.size(), turn, for_keys, secret_.data());
  Key key{.name = name_of(turn), .cipher = {}, .mac = {}};
  std::copy_n(derived.begin(), key.cipher.size(), key.cipher.begin());
  std::copy_n(derived.begin() + key.cipher.size(), key.mac.size(), key.mac.begin());
  return key;
}

TicketKeys::Key TicketKeys::current() const noexcept {
  return derive(turn());
}

std::optional<TicketKeys::Found> TicketKeys::find(
    std::span<const unsigned char, name_bytes> name) const noexcept {
  const auto now = turn();
  for (const auto turn : {now, now - 1})
    if (std::ranges::equal(name, name_of(turn))) return Found{.key = derive(turn), .current = turn == now};
  return {};
}

}  // namespace sluice
