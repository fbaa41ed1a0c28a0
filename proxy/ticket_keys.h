// The keys that session tickets are sealed with. They follow from a secret of the process and from the time,
// so that all workers, listeners and revisions have the same ones, and rotate, with nothing shared that is
// ever written.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

namespace sluice {

class TicketKeys {
 public:
  static constexpr std::chrono::seconds lifetime{3600};  // of a ticket
  static constexpr std::size_t name_bytes = 16;          // OpenSSL's
  using Secret = std::array<unsigned char, 32>;
  using Bytes = std::array<unsigned char, 32>;
  using Name = std::array<unsigned char, name_bytes>;
  using Now = std::chrono::seconds (*)() noexcept;  // since the epoch

  struct Key {
    Name name;  // sent in the clear: whose secret, and which lifetime's key
    Bytes cipher;
    Bytes mac;
  };
  struct Found {
    Key key;
    bool current;  // else the one before: the client is to get a new ticket
  };

  TicketKeys(const Secret& secret, Now now) noexcept;
  // Made of a secret that ends with the process.
  [[nodiscard]] static const TicketKeys& of_process();

  // The key that seals now. It does so for one lifetime, and opens for one more.
  [[nodiscard]] Key current() const noexcept;
  // Nothing if the ticket is another process's, or too old.
  [[nodiscard]] std::optional<Found> find(std::span<const unsigned char, name_bytes> name) const noexcept;

 private:
  [[nodiscard]] std::uint64_t turn() const noexcept;
  [[nodiscard]] Name name_of(std::uint64_t turn) const noexcept;
  [[nodiscard]] Key derive(std::uint64_t turn) const noexcept;

  Secret secret_;
  std::array<unsigned char, 8> process_;  // tells our tickets from those of others
  Now now_;
};

}  // namespace sluice
