// The header fields of one message, in the order they came: views into the buffer that the message was read
// into, with no allocation. The buffer outlives the exchange; whoever parses the head fills this.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "routing/header_id.h"

namespace sluice {

struct Field {
  std::string_view name;   // as sent
  std::string_view value;  // without the white space around it
  HeaderId id = HeaderId::other;
};

class Fields {
 public:
  static constexpr std::size_t capacity = 128;  // limits of listeners lie below (100 by default)

  [[nodiscard]] bool add(const Field& field) noexcept {
    if (size_ == capacity) return false;
    fields_[size_++] = field;
    present_ |= bit(field.id);
    return true;
  }
  void clear() noexcept {
    size_ = 0;
    present_ = 0;
  }

  [[nodiscard]] const Field* begin() const noexcept { return fields_.data(); }
  [[nodiscard]] const Field* end() const noexcept { return fields_.data() + size_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] bool has(HeaderId id) const noexcept { return (present_ & bit(id)) != 0; }

  // The first field with this id, or null.
  [[nodiscard]] const Field* find(HeaderId id) const noexcept {
    if (!has(id)) return nullptr;
    for (const auto& field : *this)
      if (field.id == id) return &field;
    return nullptr;
  }

 private:
  static constexpr std::uint32_t bit(HeaderId id) noexcept {
    return std::uint32_t{1} << static_cast<unsigned>(id);
  }

  std::array<Field, capacity> fields_;
  std::size_t size_ = 0;
  std::uint32_t present_ = 0;  // a bit for each id that is there
};

}  // namespace sluice
