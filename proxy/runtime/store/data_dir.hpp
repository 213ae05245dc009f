#pragma once
#include <optional>
#include <string>

namespace proxy::store {

/// Makes the data folder (mode 0700) when it is not there. Throws StoreError.
void make_data_dir(const std::string& data_dir);
/// DATA_DIR/sipwake.db
std::string database_path(const std::string& data_dir);

/// What root makes in somebody else's folder becomes his: the server does not run as root. False
/// when that was refused.
bool give_to_owner(int descriptor, const std::string& data_dir);

/// The right to write in a data folder: `sipwake.lock`, locked with flock and naming its holder.
/// Ends with the object, and with the process however it ends.
class DataLock {
 public:
  /// Makes the folder if need be. Throws StoreError: "...: in use by process 4711", or why the
  /// folder cannot be written.
  static DataLock take(const std::string& data_dir);
  /// As take(), but nothing when another process holds it.
  static std::optional<DataLock> try_take(const std::string& data_dir);

  DataLock(DataLock&& other) noexcept;
  DataLock& operator=(DataLock&&) = delete;
  ~DataLock();

 private:
  explicit DataLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace proxy::store
