// The header fields of one message, in the order they came: views into the buffer that the message was read into, with no
// allocation. The buffer outlives the exchange; whoever parses the head fills this.
#pragma once

#include <array>
#include <cstddef>
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
    return true;
  }
  void clear() noexcept { size_ = 0; }

  [[nodiscard]] const Field* begin() const noexcept { return fields_.data(); }
  [[nodiscard]] const Field* end() const noexcept { return fields_.data() + size_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // The first field with this id, or null.
  [[nodiscard]] const Field* find(HeaderId id) const noexcept {
    for (const auto& field : *this)
      if (field.id == id) return &field;
    return nullptr;
  }

 private:
  std::array<Field, capacity> fields_;
  std::size_t size_ = 0;
};

}  // namespace sluice
