module shop.example/engine

go 1.24
