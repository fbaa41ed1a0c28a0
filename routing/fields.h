// The header fields of one message, in the order they came: views into the buffer that the message was read
// into. The buffer outlives the exchange; whoever parses the head fills this. Most messages have few fields:
// more than that lie in memory of their own, which is kept for the next message.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

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

  Fields() = default;
  Fields(Fields&& other) noexcept { *this = std::move(other); }
  Fields& operator=(Fields&& other) noexcept {
    few_ = other.few_;
    many_ = std::move(other.many_);
    size_ = std::exchange(other.size_, 0);
    present_ = std::exchange(other.present_, 0);
    return *this;
  }

  // Invalidates pointers to fields. False if there is no room for it, or no memory.
  [[nodiscard]] bool add(const Field& field) noexcept {
    if (size_ == capacity) return false;
    if (size_ == few && !many_ && !make_room()) return false;
    (many_ ? many_->data() : few_.data())[size_++] = field;
    present_ |= bit(field.id);
    return true;
  }
  void clear() noexcept {
    size_ = 0;
    present_ = 0;
  }

  [[nodiscard]] const Field* begin() const noexcept { return many_ ? many_->data() : few_.data(); }
  [[nodiscard]] const Field* end() const noexcept { return begin() + size_; }
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
  static constexpr std::size_t few = 24;
  using Many = std::array<Field, capacity>;

  [[nodiscard]] bool make_room() noexcept {
    many_.reset(new (std::nothrow) Many);
    if (many_) std::ranges::copy(few_, many_->begin());
    return many_ != nullptr;
  }
  static constexpr std::uint32_t bit(HeaderId id) noexcept {
    return std::uint32_t{1} << static_cast<unsigned>(id);
  }

  std::array<Field, few> few_;
  std::unique_ptr<Many> many_;  // instead, once there were more
  std::size_t size_ = 0;
  std::uint32_t present_ = 0;  // a bit for each id that is there
};

}  // namespace sluice
