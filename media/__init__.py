"""Pictures and stored files: taken in, kept, shown to whom they are for, and deleted on time."""
